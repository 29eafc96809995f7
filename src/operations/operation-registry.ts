import { Injectable, type OnModuleInit } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { isRead } from '../access/actions/action.js';
import { PUBLIC_METADATA } from '../access/actions/public.decorator.js';
import { credentialStrategies } from './credential-strategies.js';
import type { Effect } from './declaration.js';
import { requireNoEnhancers, requireNoGlobalEnhancers } from './enhancers.js';
import { OPERATION_METADATA } from './operation.decorator.js';
import { type AuthorizedOperation, type CredentialOperation, isForCallers, type Operation } from './operation.js';
import type { CredentialStrategy } from '../access/authentication/credential-strategy.js';

/** A route that is neither an operation nor declared public prevents the start of the server. */
export class UndeclaredRouteError extends Error {
  override readonly name = 'UndeclaredRouteError';
}

/** An operation with an incomplete declaration prevents the start of the server. */
class IncompleteDeclarationError extends Error {
  override readonly name = 'IncompleteDeclarationError';
}

type Method = (...parameters: unknown[]) => unknown;

/** All operations of the server, found in the controllers at startup. */
@Injectable()
export class OperationRegistry implements OnModuleInit {
  private readonly byName = new Map<string, Operation>();
  private strategies: ReadonlyMap<string, CredentialStrategy> = new Map();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  /**
   * @throws UndeclaredRouteError naming the route, or the operation that is declared twice; IncompleteDeclarationError;
   *   EnhancerError; DuplicateStrategyError
   */
  onModuleInit(): void {
    const providers = this.discovery.getProviders();
    requireNoGlobalEnhancers(providers);
    this.strategies = credentialStrategies(providers);
    for (const { instance } of this.discovery.getControllers()) {
      const controller = instance as Record<string, Method>;
      const prototype = Object.getPrototypeOf(controller) as Record<string, Method>;
      for (const name of this.scanner.getAllMethodNames(prototype)) this.register(controller, prototype[name]!);
    }
  }

  /** All operations, ordered by name. */
  all(): readonly Operation[] {
    return [...this.byName.values()].sort((left, right) => left.name.localeCompare(right.name));
  }

  /** @param name as in policies, e.g. `iam:CreateUser`; case matters here */
  named(name: string): Operation | undefined {
    return this.byName.get(name);
  }

  /** What the declaration leaves out. @throws IncompleteDeclarationError */
  private completion(declaration: Operation): Partial<AuthorizedOperation | CredentialOperation> {
    if (isForCallers(declaration)) return { effect: effectOf(declaration) };
    if (declaration.access === 'public') return {};
    const { name, credential } = declaration;
    const strategy = this.strategies.get(credential);
    if (!strategy) throw new IncompleteDeclarationError(`${name} takes ${credential}, which no strategy verifies`);
    return { strategy };
  }

  private register(controller: Record<string, Method>, method: Method): void {
    const declaration = this.reflector.get<Omit<Operation, 'handle'> | undefined>(OPERATION_METADATA, method);
    if (declaration) {
      if (this.byName.has(declaration.name)) {
        throw new UndeclaredRouteError(`${declaration.name} is declared twice`);
      }
      requireComplete(declaration as Operation);
      requireNoEnhancers(declaration.name, controller.constructor, method);
      const { locate, alsoRequires } = declaration as { locate?: Method; alsoRequires?: Method };
      const operation = {
        ...declaration,
        ...this.completion(declaration as Operation),
        // If finding the target requires a service, a method of the controller finds it.
        ...(locate ? { locate: locate.bind(controller) } : {}),
        ...(alsoRequires ? { alsoRequires: alsoRequires.bind(controller) } : {}),
        handle: method.bind(controller),
      } as Operation;
      this.byName.set(operation.name, operation);
      return;
    }
    const isRoute = Reflect.hasMetadata(PATH_METADATA, method) && Reflect.hasMetadata(METHOD_METADATA, method);
    const isPublic = this.reflector.getAllAndOverride<boolean>(PUBLIC_METADATA, [method, controller.constructor]);
    if (isRoute && !isPublic) {
      throw new UndeclaredRouteError(
        `${controller.constructor.name}.${method.name} serves a route but is neither an @Operation nor @Public`,
      );
    }
  }
}

/** By default reads have the effect `reads`, and changes `changesDecisions`. */
function effectOf(declaration: AuthorizedOperation): Effect {
  return declaration.effect ?? (isRead(declaration) ? 'reads' : 'changesDecisions');
}

/** Members of an input that rename or move the target, such as `newUserName` and `newPath`. */
const NEW_NAME = /^new\w*(?:Name|Path)$/;

/** @throws IncompleteDeclarationError */
function requireComplete(operation: Operation): void {
  if (!isForCallers(operation)) return;
  const members = Object.keys(operation.input.shape);
  if (members.some((member) => NEW_NAME.test(member)) && !operation.destination) {
    throw new IncompleteDeclarationError(`${operation.name} renames its target but declares no destination`);
  }
  if (members.includes('tags') && operation.tagPermission === undefined) {
    throw new IncompleteDeclarationError(`${operation.name} takes tags but declares no tagPermission`);
  }
}
