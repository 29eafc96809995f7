import { ApiError } from '../../kernel/errors/errors.js';
import { TimeSlices } from '../../kernel/time-slices.js';

/** Statements, patterns and condition values of all policies: what a user with the most managed policies can have. */
const MAXIMUM_PARTS = 40_000;
/** Parts that are looked at for one action, once for each resource: less than a second. */
const MAXIMUM_EVALUATED = 250_000;
/** Characters of an action's results, about. */
const MAXIMUM_CHARACTERS = 1_000_000;
/** A page ends after this many. */
const PAGE_CHARACTERS = 500_000;

/** What one request may take. A page with more has fewer items than asked for, down to one. */
export class SimulationBudget {
  private readonly evaluatedPerAction: number;
  private evaluated = 0;
  private characters = 0;
  private charactersOfAction = 0;

  /**
   * @param resources how many are simulated
   * @param parts statements, patterns and condition values of the policies
   * @param slices the work is done in these, so that other requests need not wait for it
   * @throws ApiError LimitExceeded before any of the work when one action is too much
   */
  constructor(
    resources: number,
    parts: number,
    readonly slices = new TimeSlices(),
  ) {
    this.evaluatedPerAction = resources * parts;
    if (parts > MAXIMUM_PARTS) {
      throw exceeded(
        'the policies have ' +
          `${parts} statements, patterns and condition values in total, and the limit is ${MAXIMUM_PARTS}. ` +
          'Specify fewer policies',
      );
    }
    if (this.evaluatedPerAction > MAXIMUM_EVALUATED) {
      throw exceeded(
        `${resources} resources times ${parts} statements, patterns and condition values exceed ` +
          `${MAXIMUM_EVALUATED}. Specify at most ${Math.floor(MAXIMUM_EVALUATED / parts)} resources per ` +
          'request',
      );
    }
  }

  /** @returns false when the page is full */
  startAction(): boolean {
    const isFull = this.characters > PAGE_CHARACTERS || this.evaluated + this.evaluatedPerAction > MAXIMUM_EVALUATED;
    if (this.evaluated > 0 && isFull) return false;
    this.evaluated += Math.max(1, this.evaluatedPerAction);
    this.charactersOfAction = 0;
    return true;
  }

  /**
   * Counts what an answer will hold.
   *
   * @throws ApiError LimitExceeded
   */
  addResult(characters: number): void {
    this.characters += characters;
    this.charactersOfAction += characters;
    if (this.charactersOfAction <= MAXIMUM_CHARACTERS) return;
    throw exceeded(
      'the results of one action exceed the maximum size of a response. Specify fewer resources per request',
    );
  }
}

function exceeded(why: string): ApiError {
  return new ApiError('LimitExceeded', `The simulation is too large: ${why}.`);
}
