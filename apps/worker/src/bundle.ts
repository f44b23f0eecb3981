import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { FAILURE_CONVERTER_PATH } from '#platform/temporal';

/** Writes dist/workflow-bundle.js, the one file that Temporal's sandbox loads. Part of the build. */
const { code } = await bundleWorkflowCode({
  workflowsPath: fileURLToPath(new URL('../../../workflows/registry.js', import.meta.url)),
  failureConverterPath: FAILURE_CONVERTER_PATH,
  logger: new DefaultLogger('WARN'),
});
await writeFile(fileURLToPath(new URL('../../../workflow-bundle.js', import.meta.url)), code);
