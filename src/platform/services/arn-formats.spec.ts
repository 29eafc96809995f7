import { hasFormat, isResourceOf } from './arn-formats.js';

const order = 'arn:${Partition}:orders:${Region}:${Account}:order/${OrderId}';

describe('an ARN has a format', () => {
  it.each([
    ['arn:aws:orders:eu-1:123456789012:order/1', order],
    ['arn:aws:orders::123456789012:order/a/b:c', order],
    ['arn:aws:orders:eu-1:123456789012:order/1', 'arn:aws:orders:eu-1:${Account}:order/${Id}'],
    [
      'arn:aws:orders:eu-1:123456789012:shop/a/order/b/line/c',
      'arn:aws:orders:${R}:${A}:shop/${S}/order/${O}/line/${L}',
    ],
    ['arn:aws:orders:eu-1:123456789012:order/a/a/b', 'arn:aws:orders:${R}:${A}:order/${S}/b'],
    ['arn:aws:orders:eu-1:123456789012:queue', 'arn:aws:orders:${R}:${A}:queue'],
    ['arn:aws:orders:eu-1:123456789012:anything', 'arn:aws:orders:${R}:${A}:${Name}'],
  ])('%s: %s', (arn, format) => expect(hasFormat(arn, format)).toBe(true));

  it.each([
    ['arn:aws:compute:eu-1:123456789012:order/1', order],
    ['arn:aws:orders:eu-1:123456789012:order/', order],
    ['arn:aws:orders:eu-1:123456789012:orders/1', order],
    ['arn:aws:orders:eu-1:123456789012:x:order/1', order],
    ['arn:aws:orders:eu-2:123456789012:order/1', 'arn:aws:orders:eu-1:${Account}:order/${Id}'],
    ['arn:aws:orders:eu-1:123456789012:order/b', 'arn:aws:orders:${R}:${A}:order/${S}/b'],
    ['arn:aws:orders:eu-1:123456789012:queue/x', 'arn:aws:orders:${R}:${A}:queue'],
    ['order/1', order],
  ])('not %s: %s', (arn, format) => expect(hasFormat(arn, format)).toBe(false));
});

describe('a resource is a service’s', () => {
  const arn = (service: string, resource: string) => `arn:aws:${service}:eu-1:123456789012:${resource}`;
  const service = (resourceTypes: object[], grantedPrefixes: string[] = []) => ({
    prefix: 'orders',
    grantedPrefixes,
    definition: { resourceTypes } as never,
  });
  const types = [{ name: 'order', arnFormats: [order] }];

  it('when its ARN has a format of a resource type', () => {
    expect(isResourceOf(service(types), arn('orders', 'order/1'))).toBe(true);
    expect(isResourceOf(service(types), arn('orders', 'invoice/1'))).toBe(false);
    expect(isResourceOf(service(types), arn('compute', 'order/1'))).toBe(false);
  });

  it('whatever its ARN, when the service defines no resource types', () => {
    expect(isResourceOf(service([]), arn('orders', 'invoice/1'))).toBe(true);
    expect(isResourceOf(service([]), arn('compute', 'invoice/1'))).toBe(false);
  });

  it('when its prefix is granted', () => {
    expect(isResourceOf(service(types, ['compute']), arn('compute', 'instance/1'))).toBe(true);
    expect(isResourceOf(service(types, ['compute']), arn('comput', 'instance/1'))).toBe(false);
  });
});
