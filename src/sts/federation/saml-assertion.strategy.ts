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
import { samlInput } from './saml.schema.js';
import { SamlAssertions, type SamlIdentity } from './saml-assertions.service.js';

type Input = z.output<typeof samlInput>;
type SamlClaim = FederatedClaim<SamlIdentity>;

declare module '../../access/authentication/credential-strategy.js' {
  interface CredentialProofs {
    samlAssertion: SamlIdentity;
  }
}

/** An assertion of a SAML provider that the account of the role has registered; accepted once. */
@Injectable()
export class SamlAssertionStrategy
  extends CredentialNamed('samlAssertion')
  implements CredentialStrategy<Input, SamlClaim, SamlIdentity>
{
  constructor(private readonly assertions: SamlAssertions) {
    super();
  }

  identify(_tx: Transaction, presented: Presented<Input>): SamlClaim {
    return claimOf(presented);
  }

  examine({ input, request }: Presented<Input>, claim: SamlClaim): Promise<SamlClaim> {
    return withEvidence(claim, () => this.assertions.redeem(claim.accountId, input, request.receivedAt));
  }

  validate({ input, claim }: Exchange<Input, SamlClaim>): Promise<Verdict<SamlIdentity>> {
    const { roleArn, principalArn: providerArn } = input;
    const recorded = redact(samlInput, input);
    return Promise.resolve(
      verdictOf(claim, ({ subject }) => federatedPresenter({ roleArn, providerArn, subject }, recorded)),
    );
  }
}
