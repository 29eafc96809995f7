import { parseIpAddress, parseIpRange, rangeContains } from './ip-addresses.js';
import { literalOperator, type ConditionOperator } from './operator.js';

const ipAddress = literalOperator('ip', 5, (value) => {
  const range = parseIpRange(value);
  if (range === undefined) return undefined;
  return (text) => {
    const address = parseIpAddress(text);
    return address !== undefined && rangeContains(range, address);
  };
});

/** Source: AWS IAM User Guide, "IP address condition operators". */
export const IP_OPERATORS: readonly ConditionOperator[] = [ipAddress('IpAddress'), ipAddress('NotIpAddress', true)];
