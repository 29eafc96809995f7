/**
 * A customer's function. It has no credentials: the SDK finds them by AWS_CONTAINER_CREDENTIALS_FULL_URI and
 * AWS_CONTAINER_AUTHORIZATION_TOKEN, and Gatehouse by AWS_ENDPOINT_URL.
 */
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';

const { Arn } = await new STSClient({}).send(new GetCallerIdentityCommand({}));
console.log(`The function is ${Arn}`);
