import { SetMetadata } from '@nestjs/common';

export const PUBLIC_METADATA = 'gatehouse:public';

/** Marks a route that is on purpose no operation: open to everyone, without input. */
export const Public = (): ClassDecorator & MethodDecorator => SetMetadata(PUBLIC_METADATA, true);
