import { ApiError } from '../../kernel/errors/errors.js';
import { TimeSlices } from '../../kernel/time-slices.js';

/** Statements, patterns and condition values of all policies: the maximum of a user with the most managed policies. */
const MAXIMUM_PARTS = 40_000;
/** Parts that are evaluated for one action, once per resource: less than a second. */
const MAXIMUM_EVALUATED = 250_000;
/** Approximate characters of an action's results. */
const MAXIMUM_CHARACTERS = 1_000_000;
/** A page ends after this many. */
const PAGE_CHARACTERS = 500_000;

/** The limits of one request. A page that exceeds them has fewer items than requested, but at least one. */
export class SimulationBudget {
  private readonly evaluatedPerAction: number;
  private evaluated = 0;
  private characters = 0;
  private charactersOfAction = 0;

  /**
   * @param resources number of simulated resources
   * @param parts statements, patterns and condition values of the policies
   * @param slices in which the work is done, so that other requests need not wait
   * @throws ApiError LimitExceeded before any work if one action is too much
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

  /** @returns false if the page is full */
  startAction(): boolean {
    const isFull = this.characters > PAGE_CHARACTERS || this.evaluated + this.evaluatedPerAction > MAXIMUM_EVALUATED;
    if (this.evaluated > 0 && isFull) return false;
    this.evaluated += Math.max(1, this.evaluatedPerAction);
    this.charactersOfAction = 0;
    return true;
  }

  /**
   * Counts the size of the response.
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
