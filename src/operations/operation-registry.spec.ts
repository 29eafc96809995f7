import { Controller, Get, ParseUUIDPipe, Post, Query, UseGuards, UseInterceptors } from '@nestjs/common';
import { type DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { z } from 'zod';
import { Public } from '../access/actions/public.decorator.js';
import { CredentialNamed } from '../access/authentication/credential-strategy.js';
import { credentialStrategies } from './credential-strategies.js';
import { CredentialOperation, Operation } from './operation.decorator.js';
import { OperationRegistry } from './operation-registry.js';

const declaration = (name: 'iam:One' | 'iam:Two', route: 'GET /one' | 'GET /two') =>
  ({ name, route, summary: 'One', accessLevel: 'Read', input: z.strictObject({}), errors: [] }) as const;

@Controller()
class Declared {
  @Operation(declaration('iam:One', 'GET /one'))
  async one() {}

  @Public()
  @Get('/open')
  open() {}

  notARoute() {}
}

/** Threat: someone adds a route and forgets to declare who may call it. */
@Controller()
class Forgotten {
  @Post('/forgotten')
  forgotten() {}
}

@Controller()
class Twice {
  @Operation(declaration('iam:One', 'GET /two'))
  async again() {}
}

/** Threat: someone adds a rename, and forgets that it also requires the permission on the new ARN. */
@Controller()
class Renaming {
  @Operation({ ...declaration('iam:Two', 'GET /two'), input: z.strictObject({ newTwoName: z.string() }) })
  async rename() {}
}

/** Threat: someone adds an operation that sets tags, and forgets the permission to set them. */
const withTags: z.ZodObject = z.strictObject({ tags: z.array(z.string()) });
@Controller()
class Tagging {
  @Operation({ ...declaration('iam:Two', 'GET /two'), input: withTags })
  async create() {}
}

/** Threat: someone protects an operation with a Nest guard, which has no effect. */
@Controller()
class Guarded {
  @UseGuards(class {})
  @Operation(declaration('iam:Two', 'GET /two'))
  async guarded() {}
}

@UseInterceptors(class {})
@Controller()
class Intercepted {
  @Operation(declaration('iam:Two', 'GET /two'))
  async intercepted() {}
}

/** Threat: someone checks a member with a pipe, which has no effect. */
@Controller()
class Piped {
  @Operation(declaration('iam:Two', 'GET /two'))
  async piped(@Query('name', ParseUUIDPipe) _input: object) {}
}

/** Threat: an operation for strangers verifies nothing, because the name of its credential is wrong. */
@Controller()
class Unverified {
  @CredentialOperation({
    ...declaration('iam:Two', 'GET /two'),
    credential: 'forgotten' as never,
    throttle: [],
    effect: 'reads',
  })
  async exchange() {}
}

function registryOf(...controllers: (new () => object)[]): OperationRegistry {
  const discovery = {
    getControllers: () => controllers.map((Type) => ({ instance: new Type() })),
    getProviders: () => [],
  };
  return new OperationRegistry(discovery as unknown as DiscoveryService, new MetadataScanner(), new Reflector());
}

describe('OperationRegistry', () => {
  it('finds operations and lets public routes be', () => {
    const registry = registryOf(Declared);
    registry.onModuleInit();
    expect(registry.all().map(({ name }) => name)).toEqual(['iam:One']);
    expect(registry.named('iam:One')?.route).toBe('GET /one');
    expect(registry.named('iam:one')).toBeUndefined();
  });

  it('stops the start for a route that is neither', () => {
    expect(() => registryOf(Declared, Forgotten).onModuleInit()).toThrow(
      'Forgotten.forgotten serves a route but is neither an @Operation nor @Public',
    );
  });

  it('stops the start for an operation that is declared twice', () => {
    expect(() => registryOf(Declared, Twice).onModuleInit()).toThrow('iam:One is declared twice');
  });

  it('stops the start for a credential that no strategy verifies', () => {
    expect(() => registryOf(Unverified).onModuleInit()).toThrow('iam:Two takes forgotten, which no strategy verifies');
  });

  it('stops the start for two strategies of one credential', () => {
    class Example extends CredentialNamed('example' as never) {}
    const [one, other] = [new Example(), new Example()];
    expect(credentialStrategies([{ instance: one }, { instance: one }, { instance: undefined }]).size).toBe(1);
    expect(() => credentialStrategies([{ instance: one }, { instance: other }])).toThrow(
      'Two strategies verify example',
    );
  });

  it('stops the start for a rename that names no destination', () => {
    expect(() => registryOf(Renaming).onModuleInit()).toThrow('iam:Two renames its target but declares no destination');
  });

  it('stops the start for an operation with tags that names no permission to tag', () => {
    expect(() => registryOf(Tagging).onModuleInit()).toThrow('iam:Two takes tags but declares no tagPermission');
  });

  it.each([
    [Guarded, 'iam:Two has a guard, which its plan does not run'],
    [Intercepted, 'iam:Two has an interceptor, which its plan does not run'],
    [Piped, 'iam:Two has a decorated parameter, but its plan passes the input and the context'],
  ])('stops the start for an operation with an enhancer of Nest: %p', (controller, message) => {
    expect(() => registryOf(controller).onModuleInit()).toThrow(message);
  });

  it.each(['guard', 'interceptor', 'pipe'])('stops the start for a global %s', (subtype) => {
    const discovery = { getControllers: () => [], getProviders: () => [{ subtype, instance: {}, name: 'Other' }] };
    const registry = new OperationRegistry(
      discovery as unknown as DiscoveryService,
      new MetadataScanner(),
      new Reflector(),
    );
    expect(() => registry.onModuleInit()).toThrow(`Other is a global ${subtype}`);
  });

  it('gives operations the effect of their access level, unless they declare another', () => {
    const registry = registryOf(Declared);
    registry.onModuleInit();
    expect(registry.all()[0]).toMatchObject({ effect: 'reads' });
  });
});
