import type { ResourceMatcher } from '../matching/compile-resource.js';
import { countWork } from '../matching/work.js';
import type { AuthorizationRequest } from '../model.js';
import { allHold } from '../conditions/compile-condition.js';
import type { Candidate } from './candidate.js';
import type { CompiledStatement } from './compiled-statement.js';

/** Counted, because an ARN with many colons reaches the same nodes and candidates once per colon. */
const NODE_STEPS = 10;
const CANDIDATE_STEPS = 5;

/** Colons before the last segment of an ARN. */
const ARN_COLONS = 5;

/**
 * If a pattern consists of its head, its tail and a `*`, and the tail was found right after the head's length, only the
 * head is left to compare. There are few heads and they are shared, so they stay in the processor's cache when the
 * patterns do not.
 */
interface FiledCandidate extends Candidate {
  readonly head: string | undefined;
}

interface Node {
  /** The characters between the parent and this node. */
  label: string;
  denies: FiledCandidate[] | undefined;
  allows: FiledCandidate[] | undefined;
  /**
   * By the first character of the child's label; undefined for a leaf: most nodes are leaves, so they should be small.
   */
  children: Map<number, Node> | undefined;
}

/**
 * Candidates by the text of their pattern after its fifth colon, up to its first wildcard or variable: `order/` for
 * `arn:aws:orders:*:*:order/*`. The patterns of a service differ in that text, while the segments before it are often
 * wildcards.
 *
 * INVARIANT: whatever a pattern matches has that text after one of its colons from the fifth on (a `*` in an earlier
 * segment may match colons, so it need not be the fifth). The trie only narrows; the pattern itself is always tested.
 */
export class ResourceTrie {
  private readonly root: Node = newNode('');
  private readonly heads = new Map<string, string>();

  /** @returns false if the pattern has no fifth colon */
  add(pattern: ResourceMatcher, candidate: Candidate): boolean {
    if (pattern.tail === undefined) return false;
    const node = this.nodeFor(pattern.tail);
    const { covers, conditions, statement } = candidate;
    const filed = { covers, conditions, statement, head: this.shared(pattern.head) };
    const key = statement.isAllow ? 'allows' : 'denies';
    (node[key] ??= []).push(filed);
    return true;
  }

  private shared(head: string | undefined): string | undefined {
    if (head === undefined) return undefined;
    const known = this.heads.get(head);
    if (known === undefined) this.heads.set(head, head);
    return known ?? head;
  }

  /** @returns a Deny that applies; otherwise an Allow */
  find(request: AuthorizationRequest): CompiledStatement | undefined {
    const { resource } = request;
    let allow: CompiledStatement | undefined;
    let colon = -1;
    for (let count = 1; ; count++) {
      colon = resource.indexOf(':', colon + 1);
      if (colon === -1) return allow;
      if (count < ARN_COLONS) continue;
      const found = this.findFrom(colon + 1, request, allow, count === ARN_COLONS);
      if (found?.isAllow === false) return found;
      allow = found;
    }
  }

  private findFrom(
    start: number,
    request: AuthorizationRequest,
    foundBefore: CompiledStatement | undefined,
    isFirst: boolean,
  ): CompiledStatement | undefined {
    const { resource } = request;
    let allow = foundBefore;
    let node: Node | undefined = this.root;
    let at = start;
    // Candidates with an empty text were tried at the first colon.
    let isTried = !isFirst;
    for (;;) {
      countWork(NODE_STEPS);
      if (node.denies !== undefined && !isTried) {
        const deny = firstFiled(node.denies, request, start);
        if (deny !== undefined) return deny;
      }
      if (node.allows !== undefined && !isTried) allow ??= firstFiled(node.allows, request, start);
      isTried = false;
      if (node.children === undefined || at >= resource.length) return allow;
      node = node.children.get(resource.charCodeAt(at));
      if (node === undefined) return allow;
      // The first character is known to match.
      if (node.label.length > 1 && !resource.startsWith(node.label, at)) return allow;
      at += node.label.length;
    }
  }

  /** The node for a text, created by splitting a label if necessary. */
  private nodeFor(text: string): Node {
    let node = this.root;
    let at = 0;
    while (at < text.length) {
      const first = text.charCodeAt(at);
      const children = (node.children ??= new Map<number, Node>());
      const child = children.get(first);
      if (child === undefined) {
        const leaf = newNode(text.slice(at));
        children.set(first, leaf);
        return leaf;
      }
      const common = commonLength(child.label, text, at);
      if (common < child.label.length) {
        const middle = newNode(child.label.slice(0, common));
        child.label = child.label.slice(common);
        middle.children = new Map([[child.label.charCodeAt(0), child]]);
        children.set(first, middle);
        node = middle;
      } else {
        node = child;
      }
      at += common;
    }
    return node;
  }
}

/** @param start where the tail of this node was found */
function firstFiled(
  candidates: readonly FiledCandidate[],
  { resource, context }: AuthorizationRequest,
  start: number,
): CompiledStatement | undefined {
  countWork(candidates.length * CANDIDATE_STEPS);
  for (let index = 0; index < candidates.length; index++) {
    const { head, covers, conditions, statement } = candidates[index]!;
    const isCovered = head?.length === start ? resource.startsWith(head) : covers(resource, context);
    if (isCovered && (conditions.length === 0 || allHold(conditions, context))) return statement;
  }
  return undefined;
}

function newNode(label: string): Node {
  return { label, denies: undefined, allows: undefined, children: undefined };
}

/** The number of characters that the label and the text from `at` have in common. */
function commonLength(label: string, text: string, at: number): number {
  let length = 0;
  while (
    length < label.length &&
    at + length < text.length &&
    label.charCodeAt(length) === text.charCodeAt(at + length)
  ) {
    length++;
  }
  return length;
}
