/** An API behind the AWS door. */
export interface AwsService {
  /** Prefix of its actions in policies. */
  readonly prefix: 'iam' | 'sts' | 'cloudtrail' | 'tag';
}

/** An API of the Query protocol, identified by the request's `Version`. */
export interface QueryService extends AwsService {
  readonly version: string;
  readonly namespace: string;
}

/** An API of the JSON 1.1 protocol, identified by the first part of the header X-Amz-Target. */
export interface JsonService extends AwsService {
  readonly targetPrefix: string;
}

export const queryServices: readonly QueryService[] = [
  { prefix: 'iam', version: '2010-05-08', namespace: 'https://iam.amazonaws.com/doc/2010-05-08/' },
  { prefix: 'sts', version: '2011-06-15', namespace: 'https://sts.amazonaws.com/doc/2011-06-15/' },
];

/** SDKs send one of these names of CloudTrail. Source: CloudTrail API reference, "Making API requests". */
export const jsonServices: readonly JsonService[] = [
  { prefix: 'cloudtrail', targetPrefix: 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101' },
  { prefix: 'cloudtrail', targetPrefix: 'CloudTrail_20131101' },
  { prefix: 'tag', targetPrefix: 'ResourceGroupsTaggingAPI_20170126' },
];
