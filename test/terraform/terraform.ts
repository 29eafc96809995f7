import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Terraform with its AWS provider, where the machine has both. Nothing is downloaded. */
export interface Terraform {
  readonly program: string;
  /** A filesystem mirror, as `terraform init -plugin-dir` wants it. */
  readonly pluginDirectory: string;
}

/** Looks on PATH, in TERRAFORM_PLUGIN_DIR, and where filesystem mirrors are as a rule. */
export function findTerraform(): Terraform | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const program = folders.map((folder) => join(folder, 'terraform')).find(existsSync);
  const optional = existsSync('/opt') ? readdirSync('/opt').map((name) => join('/opt', name)) : [];
  const mirrors = [
    process.env['TERRAFORM_PLUGIN_DIR'] ?? '',
    join(homedir(), '.terraform.d', 'plugins'),
    '/usr/local/share/terraform/plugins',
    '/usr/share/terraform/plugins',
    ...optional,
  ];
  const pluginDirectory = mirrors.find(hasProvider);
  return program && pluginDirectory ? { program, pluginDirectory } : undefined;
}

/** A mirror has a folder per host that providers come from, and below it one per maker. */
function hasProvider(mirror: string): boolean {
  if (mirror === '' || !existsSync(mirror) || !statSync(mirror).isDirectory()) return false;
  return readdirSync(mirror).some((host) => existsSync(join(mirror, host, 'hashicorp', 'aws')));
}

/** @returns the exit code and what it said, also when it fails */
export function runTerraform(
  { program }: Terraform,
  directory: string,
  environment: Readonly<Record<string, string>>,
  ...parameters: string[]
): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...parameters, '-no-color'], {
      cwd: directory,
      env: {
        PATH: process.env['PATH'],
        HOME: directory,
        CHECKPOINT_DISABLE: '1',
        TF_IN_AUTOMATION: '1',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    }
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? -1, output }));
  });
}
