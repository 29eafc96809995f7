import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Terraform with its AWS provider, if the machine has both. Nothing is downloaded. */
export interface Terraform {
  readonly program: string;
  /** A filesystem mirror for `terraform init -plugin-dir`. */
  readonly pluginDirectory: string;
}

/** Searches PATH, TERRAFORM_PLUGIN_DIR, and the usual folders of filesystem mirrors. */
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

/** A mirror has a folder per provider host, and below it one per vendor. */
function hasProvider(mirror: string): boolean {
  if (mirror === '' || !existsSync(mirror) || !statSync(mirror).isDirectory()) return false;
  return readdirSync(mirror).some((host) => existsSync(join(mirror, host, 'hashicorp', 'aws')));
}

/** @returns the exit code and the output, also on failure */
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
