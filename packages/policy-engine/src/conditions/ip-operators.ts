import { parseIpAddress, parseIpRange, rangeContains, type IpAddress, type IpRange } from './ip-addresses.js';
import { negate, typedOperator, type ConditionOperator, type ValueType } from './operator.js';

const IP: ValueType<IpAddress, IpRange> = {
  family: 'ip',
  cost: 3,
  parseActual: parseIpAddress,
  parseExpected: parseIpRange,
};

const ipAddress = typedOperator(IP, 'IpAddress', (address, range) => rangeContains(range, address));

/** Source: AWS IAM User Guide, "IP address condition operators". */
export const IP_OPERATORS: readonly ConditionOperator[] = [ipAddress, negate(ipAddress, 'NotIpAddress')];
