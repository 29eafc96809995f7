import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import {
  CredentialNamed,
  type CredentialStrategy,
  type Exchange,
  type Presented,
  type Verdict,
} from '../../access/authentication/credential-strategy.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import { redact } from '../../operations/redact.js';
import { claimOf, type FederatedClaim, federatedPresenter, verdictOf, withEvidence } from './federated-credential.js';
import { webIdentityInput } from './web-identity.schema.js';
import { type WebIdentity, WebIdentityTokens } from './web-identity-tokens.service.js';

type Input = z.output<typeof webIdentityInput>;
type WebIdentityClaim = FederatedClaim<WebIdentity>;

declare module '../../access/authentication/credential-strategy.js' {
  interface CredentialProofs {
    webIdentityToken: WebIdentity;
  }
}

/** A token of an OpenID Connect provider that the account of the role has registered. */
@Injectable()
export class WebIdentityTokenStrategy
  extends CredentialNamed('webIdentityToken')
  implements CredentialStrategy<Input, WebIdentityClaim, WebIdentity>
{
  constructor(private readonly tokens: WebIdentityTokens) {
    super();
  }

  identify(_tx: Transaction, presented: Presented<Input>): WebIdentityClaim {
    return claimOf(presented);
  }

  examine({ input, request }: Presented<Input>, claim: WebIdentityClaim): Promise<WebIdentityClaim> {
    return withEvidence(claim, () => this.tokens.verify(claim.accountId, input.webIdentityToken, request.receivedAt));
  }

  validate({ input, claim }: Exchange<Input, WebIdentityClaim>): Promise<Verdict<WebIdentity>> {
    const { roleArn } = input;
    const recorded = redact(webIdentityInput, input);
    return Promise.resolve(verdictOf(claim, (identity) => federatedPresenter({ roleArn, ...identity }, recorded)));
  }
}
