/** An error's HTTP status and title. */
interface ErrorKind {
  readonly status: number;
  /** REST differs from AWS here: unauthenticated requests get 401 (RFC 9110 §15.5.2). */
  readonly restStatus?: number;
  readonly title: string;
}

/**
 * All errors that a caller can receive: AWS's code, the HTTP status and the title.
 *
 * Sources: AWS IAM and STS API references, "Errors" of each operation and "Common Errors". Codes that AWS does not have
 * (sign-in, rate limits of the REST door) follow the same form.
 */
const catalogue = {
  AccountNotManagementOrDelegatedAdministratorException: {
    status: 400,
    restStatus: 403,
    title: 'Not the management account',
  },
  CallerIsNotManagementAccountException: { status: 400, restStatus: 403, title: 'Not the management account' },
  FeatureDisabled: { status: 404, title: 'Feature disabled' },
  FeatureEnabled: { status: 409, title: 'Feature enabled' },
  ReportGenerationLimitExceeded: { status: 409, title: 'Too many concurrent reports' },
  AccessDenied: { status: 403, title: 'Access denied' },
  ConcurrentModification: { status: 409, title: 'Concurrent modification' },

  DeleteConflict: { status: 409, title: 'Delete conflict' },
  DuplicateSSHPublicKey: { status: 400, title: 'Duplicate SSH public key' },
  DuplicateCertificate: { status: 409, title: 'Duplicate certificate' },
  EntityAlreadyExists: { status: 409, title: 'Already exists' },
  EntityTemporarilyUnmodifiable: { status: 409, title: 'Temporarily not modifiable' },
  ExpiredTokenException: { status: 400, title: 'Expired identity token' },
  ExpiredToken: { status: 403, restStatus: 401, title: 'Expired token' },
  IDPCommunicationError: { status: 400, title: 'The identity provider could not be reached' },
  ExpiredTradeInTokenException: { status: 400, title: 'Expired exchange token' },
  IncompleteSignature: { status: 400, restStatus: 401, title: 'Incomplete signature' },
  InsufficientSessionLifetimeException: { status: 400, title: 'Longer than the session' },
  InternalFailure: { status: 500, title: 'Internal failure' },
  InvalidAccountState: { status: 409, title: 'Not possible in the current state of the account' },
  InvalidAction: { status: 400, title: 'Invalid action' },
  InvalidAuthenticationCode: { status: 403, title: 'Invalid authentication code' },
  InvalidAuthorizationMessageException: { status: 400, title: 'Invalid authorization message' },
  InvalidCertificate: { status: 400, title: 'Invalid certificate' },
  InvalidClientTokenId: { status: 403, restStatus: 401, title: 'Invalid client token id' },
  InvalidIdentityToken: { status: 400, title: 'Invalid identity token' },
  InvalidInput: { status: 400, title: 'Invalid input' },
  InvalidLookupAttributesException: { status: 400, title: 'Invalid lookup attributes' },
  InvalidMaxResultsException: { status: 400, title: 'Invalid number of results' },
  InvalidNextTokenException: { status: 400, title: 'Invalid next token' },
  InvalidParameterValue: { status: 400, title: 'Invalid parameter value' },
  InvalidParameterException: { status: 400, title: 'Invalid parameter' },
  InvalidPublicKey: { status: 400, title: 'Invalid public key' },
  InvalidTimeRangeException: { status: 400, title: 'Invalid time range' },
  InvalidSubjectCredentialsException: { status: 403, title: 'Not temporary credentials' },
  InvalidUserType: { status: 400, title: 'Invalid user type' },
  JWTPayloadSizeExceededException: { status: 400, title: 'Web identity token too large' },
  KeyPairMismatch: { status: 400, title: 'Key pair mismatch' },
  LimitExceeded: { status: 409, title: 'Limit exceeded' },
  MalformedCertificate: { status: 400, title: 'Malformed certificate' },
  MalformedPolicyDocument: { status: 400, title: 'Malformed policy document' },
  MalformedRequest: { status: 400, title: 'Malformed request' },
  MethodNotAllowed: { status: 405, title: 'Method not allowed' },
  MissingAction: { status: 400, title: 'Missing action' },
  MissingAuthenticationToken: { status: 403, restStatus: 401, title: 'Missing authentication token' },
  NameConflictException: { status: 409, title: 'Name conflict' },
  NoSuchEntity: { status: 404, title: 'No such entity' },
  NotFound: { status: 404, title: 'Not found' },
  OutboundWebIdentityFederationDisabledException: { status: 403, title: 'Outbound federation disabled' },
  PasswordExpired: { status: 403, title: 'Password expired' },
  PackedPolicyTooLarge: { status: 400, title: 'Packed policy too large' },
  PasswordPolicyViolation: { status: 400, title: 'Password policy violation' },
  PayloadTooLarge: { status: 413, title: 'Payload too large' },
  PolicyEvaluation: { status: 500, title: 'Policy evaluation failed' },
  PolicyNotAttachable: { status: 400, title: 'Policy not attachable' },
  ReportExpired: { status: 410, title: 'Report expired' },
  ReportInProgress: { status: 404, title: 'Report in progress' },
  ReportNotPresent: { status: 410, title: 'Report not present' },
  RequestExpired: { status: 400, restStatus: 401, title: 'Request expired' },
  RoleTemplateDisabledException: { status: 400, title: 'Role template disabled' },
  ServiceUnavailable: { status: 503, title: 'Service unavailable' },
  SessionDurationEscalationException: { status: 403, title: 'Longer than the session' },
  SignInLocked: { status: 403, title: 'Sign-in locked after too many failures' },
  SignInFailed: { status: 401, title: 'Sign-in failed' },
  SignatureDoesNotMatch: { status: 403, restStatus: 401, title: 'Signature does not match' },
  StepUpRequired: { status: 403, title: 'Recent authentication required' },
  Throttling: { status: 429, title: 'Too many requests' },
  UnmodifiableEntity: { status: 400, title: 'Unmodifiable entity' },
  UnrecognizedPublicKeyEncoding: { status: 400, title: 'Unrecognized public key encoding' },
  UnsupportedMediaType: { status: 415, title: 'Unsupported media type' },
  ValidationError: { status: 400, title: 'Validation error' },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof catalogue;

/** An error for the caller. Both doors can write it; any other error becomes an `InternalFailure`. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  /**
   * @param message describes the problem and the solution, in AWS's words if AWS has some; never contains a secret
   * @param details additional members of the problem document, such as `{ issues: [{ path, message }] }`
   */
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }

  /** The HTTP status at the AWS door. */
  get status(): number {
    return catalogue[this.code].status;
  }

  get restStatus(): number {
    return restStatusOf(this.code);
  }

  get title(): string {
    return catalogue[this.code].title;
  }
}

/** The HTTP status at the REST door. */
export function restStatusOf(code: ErrorCode): number {
  const kind: ErrorKind = catalogue[code];
  return kind.restStatus ?? kind.status;
}
