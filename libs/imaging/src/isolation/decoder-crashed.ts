import { PictureFault } from '@darkroom/errors';

/**
 * The decoder process ended, or lost its mind, with the picture in hand. The picture may be the reason or may have been
 * there by chance: a second try in a fresh process tells.
 */
export class DecoderCrashed extends PictureFault {
  /**
   * @param how - how the process ended, for the log alone
   * @param lastWords - what it wrote at last to its standard error
   */
  constructor(how: string, lastWords = '') {
    super(
      'decoder_crashed',
      undefined,
      new Error(lastWords === '' ? how : `${how} Last words: ${lastWords}`),
    );
  }
}
