import { PictureFault } from '@darkroom/errors';

/**
 * The decoder process ended, or sent an invalid message, while processing the picture. The picture may or may not be
 * the cause: a second attempt in a new process shows which.
 */
export class DecoderCrashed extends PictureFault {
  /**
   * @param how - how the process ended, only for the log
   * @param lastOutput - the end of its standard output and error
   */
  constructor(how: string, lastOutput = '') {
    super(
      'decoder_crashed',
      undefined,
      new Error(lastOutput === '' ? how : `${how} Last output: ${lastOutput}`),
    );
  }
}
