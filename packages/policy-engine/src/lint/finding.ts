import type { PolicyDocument } from '../document/policy-document.js';

/** A finding about a valid document. */
export interface Finding {
  /** Stable, for programs: `ALLOW_WITH_NOT_ACTION`. */
  readonly code: string;
  /** `error`: a part of it can never work. `securityWarning`: it allows more than it seems to. */
  readonly severity: 'error' | 'securityWarning' | 'warning' | 'suggestion';
  /** `Statement[0].Action[2]`. */
  readonly path: string;
  /** One or two sentences for the author: the problem and the solution. */
  readonly explanation: string;
}

/** The linter's knowledge of the installation's services. */
export interface ServiceCatalogue {
  /** Service prefix to its action names, both in lower case; services that are not listed are not checked. */
  readonly actions: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Checks a document for one kind of problem. */
export type LintRule = (document: PolicyDocument, catalogue: ServiceCatalogue | undefined) => readonly Finding[];
