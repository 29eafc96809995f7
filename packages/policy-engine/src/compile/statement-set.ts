import { resourceCovers, type ResourceMatcher } from '../matching/compile-resource.js';
import type { AuthorizationRequest } from '../model.js';
import { firstThatApplies, type Candidate } from './candidate.js';
import type { CompiledStatement } from './compiled-statement.js';
import { ResourceTrie } from './resource-trie.js';

/** Up to this number, trying each is faster than a look-up. */
const SMALL = 4;

/**
 * Above this number, building the trie would hold the event loop for longer than one request may (about 20 ms for this
 * many). Trying each takes a fraction of a microsecond.
 */
const LARGE = 4_096;

const EVERY_RESOURCE: ResourceMatcher['test'] = () => true;

/** Statements whose action is known to match, for questions about resources. */
export class StatementSet {
  private readonly denies: readonly Candidate[];
  private readonly allows: readonly Candidate[];
  /** Candidates of both effects, if there are too many to try each. */
  private readonly trie: ResourceTrie | undefined;
  /** The number of candidates it was created from. */
  readonly size: number;

  constructor(statements: readonly CompiledStatement[]) {
    const denies = statements.filter(({ isAllow }) => !isAllow).flatMap(candidatesOf);
    const allows = statements.filter(({ isAllow }) => isAllow).flatMap(candidatesOf);
    this.size = denies.length + allows.length;
    if (this.size <= SMALL || this.size > LARGE) {
      this.denies = denies.map(({ candidate }) => candidate);
      this.allows = allows.map(({ candidate }) => candidate);
      return;
    }
    const trie = new ResourceTrie();
    this.denies = fileUnder(trie, withoutRepetitions(denies));
    this.allows = fileUnder(trie, withoutRepetitions(allows));
    this.trie = trie;
  }

  /** @returns a Deny that applies; otherwise an Allow; the first of each */
  find(request: AuthorizationRequest): CompiledStatement | undefined {
    if (this.denies.length > 0) {
      const deny = firstThatApplies(this.denies, request);
      if (deny !== undefined) return deny;
    }
    if (this.trie === undefined) return firstThatApplies(this.allows, request);
    const filed = this.trie.find(request);
    return filed?.isAllow === false ? filed : (firstThatApplies(this.allows, request) ?? filed);
  }
}

/** @returns the candidates that cannot be added to the trie */
function fileUnder(trie: ResourceTrie, candidates: readonly KeyedCandidate[]): readonly Candidate[] {
  return candidates.flatMap(({ candidate, pattern }) =>
    pattern !== undefined && trie.add(pattern, candidate) ? [] : [candidate],
  );
}

/** A candidate with the key that identifies equal candidates, and its pattern for the trie. */
interface KeyedCandidate {
  readonly candidate: Candidate;
  readonly resourceKey: string;
  readonly pattern?: ResourceMatcher;
}

function candidatesOf(statement: CompiledStatement): readonly KeyedCandidate[] {
  const { resource, conditions, variables } = statement;
  if (resource === undefined) {
    return [{ candidate: { covers: EVERY_RESOURCE, conditions, statement }, resourceKey: 'every' }];
  }
  if (resource.negated) {
    const covers: Candidate['covers'] = (asked, context) => resourceCovers(resource, asked, context);
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
 * Keeps one of several equivalent candidates, and of those with the same resources only the one without conditions, if
 * there is one. This can change which statement is named, never the verdict.
 */
function withoutRepetitions(candidates: readonly KeyedCandidate[]): readonly KeyedCandidate[] {
  const unconditional = new Set<string>();
  for (const { candidate, resourceKey } of candidates) {
    if (candidate.conditions.length === 0) unconditional.add(resourceKey);
  }
  const conditionsId = numberConditions();
  const kept = new Map<string, KeyedCandidate>();
  for (const keyed of candidates) {
    const { candidate, resourceKey } = keyed;
    if (candidate.conditions.length > 0 && unconditional.has(resourceKey)) continue;
    const key = `${conditionsId(candidate.statement)} ${resourceKey}`;
    if (!kept.has(key)) kept.set(key, keyed);
  }
  return [...kept.values()];
}

/** Equal for statements with equal conditions. A statement may have long conditions and many candidates. */
function numberConditions(): (statement: CompiledStatement) => number {
  const ofStatement = new Map<CompiledStatement, number>();
  const ofText = new Map<string, number>();
  return (compiled) => {
    const known = ofStatement.get(compiled);
    if (known !== undefined) return known;
    const text = `${compiled.variables} ${JSON.stringify(compiled.statement.conditions)}`;
    const id = ofText.get(text) ?? ofText.size;
    ofText.set(text, id);
    ofStatement.set(compiled, id);
    return id;
  };
}
