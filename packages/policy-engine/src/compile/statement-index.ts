import { actionCovers, serviceOf } from '../matching/action-pattern.js';
import type { AuthorizationRequest } from '../model.js';
import type { CompiledStatement } from './compiled-statement.js';
import { StatementSet } from './statement-set.js';

/** Statements that share one action pattern, or one statement with NotAction. */
interface ActionGroup {
  readonly id: number;
  readonly covers: (action: string) => boolean;
  readonly statements: CompiledStatement[];
}

/** A principal uses few distinct actions; the limit prevents a caller that invents names from filling memory. */
const MAX_REMEMBERED_ACTIONS = 512;
/** The same for a caller with very many patterns; a candidate takes about 100 bytes. */
const MAX_REMEMBERED_CANDIDATES = 200_000;

/**
 * Finds the statements for an action: exact names first, then the patterns of its service, then those of all services.
 * The result is cached under the text of the action, so the usual question is one look-up.
 */
export class StatementIndex {
  private readonly exact = new Map<string, ActionGroup>();
  private readonly byService = new Map<string, ActionGroup[]>();
  private readonly everywhere: ActionGroup[] = [];
  private readonly remembered = new Map<string, StatementSet>();
  /** Actions that match the same patterns have the same candidates; the key consists of the groups' IDs. */
  private readonly byGroups = new Map<string, StatementSet>();
  private rememberedCandidates = 0;

  constructor(statements: readonly CompiledStatement[]) {
    const patterns = new Map<string, ActionGroup>();
    let count = 0;
    for (const statement of statements) {
      if (!isForEveryone(statement)) continue;
      if (statement.actions.negated) {
        const covers = (action: string) => actionCovers(statement.actions, action);
        this.everywhere.push({ id: count++, covers, statements: [statement] });
        continue;
      }
      for (const matcher of statement.actions.matchers) {
        let group = patterns.get(matcher.text);
        if (group === undefined) {
          group = { id: count++, covers: matcher.test, statements: [] };
          patterns.set(matcher.text, group);
          if (matcher.isLiteral) this.exact.set(matcher.text, group);
          else if (matcher.service !== undefined) append(this.byService, matcher.service, group);
          else this.everywhere.push(group);
        }
        group.statements.push(statement);
      }
    }
  }

  /** A Deny that applies; otherwise an Allow that applies; the first of each. */
  find(request: AuthorizationRequest): CompiledStatement | undefined {
    return (this.remembered.get(request.action) ?? this.recall(request.action)).find(request);
  }

  private recall(action: string): StatementSet {
    const groups = this.groupsFor(action.toLowerCase());
    const key = groups.map((group) => group.id).join();
    let candidates = this.byGroups.get(key);
    if (candidates === undefined) {
      candidates = new StatementSet([...new Set(groups.flatMap((group) => group.statements))]);
      this.rememberedCandidates += candidates.size;
      if (this.rememberedCandidates > MAX_REMEMBERED_CANDIDATES) this.forget(candidates.size);
      this.byGroups.set(key, candidates);
    }
    if (this.remembered.size >= MAX_REMEMBERED_ACTIONS) this.forget(0);
    this.remembered.set(action, candidates);
    return candidates;
  }

  private forget(rememberedCandidates: number): void {
    this.remembered.clear();
    this.byGroups.clear();
    this.rememberedCandidates = rememberedCandidates;
  }

  private groupsFor(action: string): readonly ActionGroup[] {
    const exact = this.exact.get(action);
    const groups = exact === undefined ? [] : [exact];
    for (const group of this.byService.get(serviceOf(action) ?? '') ?? []) {
      if (group.covers(action)) groups.push(group);
    }
    for (const group of this.everywhere) {
      if (group.covers(action)) groups.push(group);
    }
    return groups;
  }
}

/**
 * The index ignores principals. Resource control policies name everyone, and the other indexed kinds nobody. An Allow
 * for a specific principal is not valid there and would allow too much.
 */
function isForEveryone({ isAllow, principal }: CompiledStatement): boolean {
  return !isAllow || principal === undefined || principal.everyone;
}

function append<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
