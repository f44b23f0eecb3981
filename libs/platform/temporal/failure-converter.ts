import { DefaultFailureConverter } from '@temporalio/common';

/**
 * Failure messages and stack traces travel encrypted, like every payload. Client, worker and workflow bundle must all
 * use this one. Bundled into workflows: nothing from Node or Nest may be imported here.
 */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
