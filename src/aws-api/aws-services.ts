/** The APIs behind the AWS door, told apart by the request's `Version`. */
export interface AwsService {
  /** Prefix of its actions in policies; also the service in a signature's scope. */
  readonly prefix: 'iam' | 'sts';
  readonly version: string;
  readonly namespace: string;
}

export const awsServices: readonly AwsService[] = [
  { prefix: 'iam', version: '2010-05-08', namespace: 'https://iam.amazonaws.com/doc/2010-05-08/' },
  { prefix: 'sts', version: '2011-06-15', namespace: 'https://sts.amazonaws.com/doc/2011-06-15/' },
];
