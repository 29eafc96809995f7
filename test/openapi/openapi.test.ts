import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { generateApi } from 'swagger-typescript-api';
import ts from 'typescript';
import { RestClient } from '../support/rest-client.js';
import { sharedServer } from '../support/shared-server.js';

type Json = Record<string, unknown>;

let text: string;
let operations: [string, Json][];

beforeAll(async () => {
  const { body } = await new RestClient(sharedServer().baseUrl).get('/docs/openapi.json');
  text = JSON.stringify(body);
  operations = Object.entries(body.paths as Record<string, Record<string, Json>>).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Json] => [`${method} ${path}`, operation]),
  );
});

it('is valid OpenAPI 3.1, and every example fits its schema', async () => {
  const config = await createConfig({
    rules: {
      struct: 'error',
      'no-unresolved-refs': 'error',
      'no-invalid-media-type-examples': 'error',
      'no-invalid-parameter-examples': 'error',
      'operation-operationId-unique': 'error',
      'path-parameters-defined': 'error',
      'no-identical-paths': 'error',
      'security-defined': 'error',
      'operation-summary': 'error',
    },
  });
  const problems = await lintFromString({ source: text, config });
  expect(problems.map(({ message, location }) => `${location[0]?.pointer}: ${message}`)).toEqual([]);
});

it('gives an example for every parameter, body and answer', () => {
  const lacking = operations.filter(([, { parameters = [], requestBody, responses }]) => {
    const contents = [requestBody, ...Object.values(responses as Json)].flatMap((part) =>
      Object.entries(((part as Json | undefined)?.['content'] ?? {}) as Record<string, Json>),
    );
    const shown = contents.filter(([type]) => type === 'application/json').map(([, content]) => content);
    return [...(parameters as Json[]), ...shown].some((part) => part['example'] === undefined);
  });
  expect(lacking.map(([name]) => name)).toEqual([]);
});

/** The declarations; the document must agree with them, also for operations that share a permission. */
it('names the permission that is asked for every operation', () => {
  const declared = new Map(declarations().map((declaration) => [declaration.name, declaration]));
  const wrong = operations.filter(([, operation]) => {
    const name = operation['x-action'] as string;
    const { permission = name, access, accessLevel } = declared.get(name)!;
    if (['public', 'credential', 'authenticated'].includes(access ?? '')) return false;
    return !(operation['description'] as string).includes(`Permission: \`${permission}\` (${accessLevel}).`);
  });
  expect([operations.length, wrong.map(([name]) => name)]).toEqual([declared.size, []]);
});

it('groups operations by resources that it describes', () => {
  const { tags } = JSON.parse(text) as { tags: { name: string; description: string }[] };
  const names = new Set(tags.map(({ name }) => name));
  const elsewhere = operations.filter(
    ([, operation]) => !(operation['tags'] as string[]).every((tag) => names.has(tag)),
  );
  expect(elsewhere.map(([name]) => name)).toEqual([]);
  const used = new Set(operations.flatMap(([, operation]) => operation['tags'] as string[]));
  expect(tags.filter(({ name, description }) => !used.has(name) || description === '')).toEqual([]);
});

interface Declaration {
  readonly name: string;
  readonly permission?: string;
  readonly access?: string;
  readonly accessLevel?: string;
}

/** Read by a separate process, because Jest cannot load the whole server's modules. */
function declarations(): Declaration[] {
  const script = `
    import { declaredOperations } from './scripts/lib/operations.mjs';
    const told = [...(await declaredOperations()).values()].map(({ name, permission, access, accessLevel }) =>
      ({ name, permission, access, accessLevel }));
    process.stdout.write(JSON.stringify(told), () => process.exit());`;
  const cwd = new URL('../../', import.meta.url);
  const options = { cwd, encoding: 'utf8', maxBuffer: 2 ** 24 } as const;
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', script], options)) as Declaration[];
}

/** Uses of the generated client: correct ones, and wrong ones that the compiler must detect. */
const program = `
import { Api } from './client';

const api = new Api({ baseUrl: 'https://iam.example.com' });

export async function use(): Promise<string> {
  const { data } = await api.v1.createUser({ userName: 'ana', path: '/team/' });
  const tags: string[] = data.user.tags?.map(({ key }) => key) ?? [];
  const page = await api.v1.listUsers({ pathPrefix: '/team/', maxItems: 10 });
  await api.v1.deleteUser('ana');
  // @ts-expect-error the name is missing
  await api.v1.createUser({ path: '/team/' });
  // @ts-expect-error there is no such member
  await api.v1.createUser({ userName: 'ana', colour: 'blue' });
  // @ts-expect-error a number is no user name
  await api.v1.deleteUser(1);
  return data.user.arn + page.data.users.length + tags.length;
}
`;

it('a client generated from it compiles, strictly, and knows what is right', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'gatehouse-client-'));
  try {
    await generateApi({ spec: JSON.parse(text) as never, output: directory, fileName: 'client.ts', silent: true });
    await writeFile(join(directory, 'program.ts'), program);
    await symlink(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(directory, 'node_modules'));
    expect(compile([join(directory, 'client.ts'), join(directory, 'program.ts')])).toEqual([]);
  } finally {
    await rm(directory, { recursive: true });
  }
});

function compile(files: string[]): string[] {
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    types: [],
  };
  return ts.getPreEmitDiagnostics(ts.createProgram(files, options)).map(({ messageText, file, start }) => {
    const line = file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
    return `${file?.fileName}:${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
}
