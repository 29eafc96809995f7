import type { ResourceMatcher } from '../matching/compile-resource.js';
import type { AuthorizationRequest } from '../model.js';
import { firstThatApplies, type Candidate } from './candidate.js';
import type { CompiledStatement } from './compiled-policy.js';

/** Colons before an ARN's last segment. */
const ARN_COLONS = 5;

interface Node {
  /** The characters from the parent to here. */
  label: string;
  readonly candidates: Candidate[];
  /** By the first character of the child's label. */
  readonly children: Map<number, Node>;
}

/**
 * Candidates filed under the text that their pattern has after its fifth colon, up to its first wildcard or variable:
 * `order/` for `arn:aws:orders:*:*:order/*`. That is where the patterns of a service differ, while the segments before
 * are often wildcards.
 *
 * INVARIANT: whatever a pattern matches has that text after one of its colons from the fifth on (a `*` in an earlier
 * segment may swallow colons, so it need not be the fifth). The trie only narrows; the pattern itself is always asked.
 */
export class ResourceTrie {
  private readonly root: Node = newNode('');

  /** @returns false when the pattern has no fifth colon to file it under */
  add(pattern: ResourceMatcher, candidate: Candidate): boolean {
    if (pattern.tail === undefined) return false;
    this.nodeFor(pattern.tail).candidates.push(candidate);
    return true;
  }

  find(request: AuthorizationRequest): CompiledStatement | undefined {
    const { resource } = request;
    let colon = -1;
    for (let count = 1; ; count++) {
      colon = resource.indexOf(':', colon + 1);
      if (colon === -1) return undefined;
      if (count < ARN_COLONS) continue;
      const found = this.findFrom(colon + 1, request);
      if (found !== undefined) return found;
    }
  }

  private findFrom(start: number, request: AuthorizationRequest): CompiledStatement | undefined {
    const { resource } = request;
    let node: Node | undefined = this.root;
    let at = start;
    for (;;) {
      if (node.candidates.length > 0) {
        const found = firstThatApplies(node.candidates, request);
        if (found !== undefined) return found;
      }
      if (at >= resource.length) return undefined;
      node = node.children.get(resource.charCodeAt(at));
      if (node === undefined || !resource.startsWith(node.label, at)) return undefined;
      at += node.label.length;
    }
  }

  /** The node for a text, made by splitting a label where it has to. */
  private nodeFor(text: string): Node {
    let node = this.root;
    let at = 0;
    while (at < text.length) {
      const first = text.charCodeAt(at);
      const child = node.children.get(first);
      if (child === undefined) {
        const leaf = newNode(text.slice(at));
        node.children.set(first, leaf);
        return leaf;
      }
      const common = commonLength(child.label, text, at);
      if (common < child.label.length) {
        const middle = newNode(child.label.slice(0, common));
        child.label = child.label.slice(common);
        middle.children.set(child.label.charCodeAt(0), child);
        node.children.set(first, middle);
        node = middle;
      } else {
        node = child;
      }
      at += common;
    }
    return node;
  }
}

function newNode(label: string): Node {
  return { label, candidates: [], children: new Map() };
}

/** How many characters of the label the text has from `at` on. */
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
