import { gatehouse } from './gatehouse.js';
import { iam } from './iam.js';
import { iamOthers } from './iam-others.js';
import { others } from './others.js';
import { services } from './services.js';
import { signIns } from './sign-ins.js';
import { sts } from './sts.js';
import type { WorstInputs } from './worst-input.js';

/** The worst inputs of all operations of the server. */
export const worstInputs: WorstInputs = {
  ...gatehouse,
  ...iam,
  ...iamOthers,
  ...others,
  ...services,
  ...signIns,
  ...sts,
};
