import type { PolicyDocument } from '../document/policy-document.js';

/** A remark on a document that is valid. */
export interface Finding {
  /** Stable, for programs: `ALLOW_WITH_NOT_ACTION`. */
  readonly code: string;
  /** `error`: some of it can never work. `securityWarning`: it allows more than it seems to. */
  readonly severity: 'error' | 'securityWarning' | 'warning' | 'suggestion';
  /** `Statement[0].Action[2]`. */
  readonly path: string;
  /** One or two sentences for the author: what is the matter, and what to do. */
  readonly explanation: string;
}

/** What the linter knows of the installation's services. */
export interface ServiceCatalogue {
  /** Service prefix to its action names, both in lower case; a service that is not listed is not checked. */
  readonly actions: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Looks for one thing in a document. */
export type LintRule = (document: PolicyDocument, catalogue: ServiceCatalogue | undefined) => readonly Finding[];
