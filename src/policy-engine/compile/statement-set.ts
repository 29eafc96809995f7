import { resourceCovers, type ResourceMatcher } from '../matching/compile-resource.js';
import type { AuthorizationRequest } from '../model.js';
import { firstThatApplies, type Candidate } from './candidate.js';
import type { CompiledStatement } from './compiled-policy.js';
import { ResourceTrie } from './resource-trie.js';

/** Up to here, trying each is faster than a look-up. */
const SMALL = 8;

const EVERY_RESOURCE: ResourceMatcher['test'] = () => true;

/** Statements of one effect whose action is known to match, ready to be asked about a resource. */
export class StatementSet {
  private readonly scanned: readonly Candidate[];
  private readonly trie: ResourceTrie | undefined;

  constructor(statements: readonly CompiledStatement[]) {
    const candidates = statements.flatMap(candidatesOf);
    if (candidates.length <= SMALL) {
      this.scanned = candidates.map(({ candidate }) => candidate);
      return;
    }
    const trie = new ResourceTrie();
    this.scanned = withoutRepetitions(candidates).flatMap(({ candidate, pattern }) =>
      pattern !== undefined && trie.add(pattern, candidate) ? [] : [candidate],
    );
    this.trie = trie;
  }

  /** @returns the first statement found that applies */
  find(request: AuthorizationRequest): CompiledStatement | undefined {
    return firstThatApplies(this.scanned, request) ?? this.trie?.find(request);
  }
}

/** A candidate with what makes it equal to others, and the pattern it can be filed under. */
interface KeyedCandidate {
  readonly candidate: Candidate;
  readonly resourceKey: string;
  readonly pattern?: ResourceMatcher;
}

function candidatesOf(statement: CompiledStatement): readonly KeyedCandidate[] {
  const { resource, conditions, isAllow, variables } = statement;
  if (resource === undefined) {
    return [{ candidate: { covers: EVERY_RESOURCE, conditions, statement }, resourceKey: 'every' }];
  }
  if (resource.negated) {
    const covers: Candidate['covers'] = (asked, context) => resourceCovers(resource, isAllow, asked, context);
    const resourceKey = `${variables} not ${JSON.stringify(resource.matchers.map((matcher) => matcher.text))}`;
    return [{ candidate: { covers, conditions, statement }, resourceKey }];
  }
  return resource.matchers.map((pattern) => ({
    candidate: { covers: pattern.test, conditions, statement },
    resourceKey: `${variables} ${pattern.text}`,
    pattern,
  }));
}

/**
 * Keeps one of the candidates that would give the same answer, and of those with the same resources only the one without
 * conditions if there is one. What is dropped can change which statement is named, never the verdict.
 */
function withoutRepetitions(candidates: readonly KeyedCandidate[]): readonly KeyedCandidate[] {
  const unconditional = new Set<string>();
  for (const { candidate, resourceKey } of candidates) {
    if (candidate.conditions.length === 0) unconditional.add(resourceKey);
  }
  const kept = new Map<string, KeyedCandidate>();
  for (const keyed of candidates) {
    const { candidate, resourceKey } = keyed;
    if (candidate.conditions.length > 0 && unconditional.has(resourceKey)) continue;
    const { variables, statement } = candidate.statement;
    const key = `${variables} ${JSON.stringify(statement.conditions)} ${resourceKey}`;
    if (!kept.has(key)) kept.set(key, keyed);
  }
  return [...kept.values()];
}
