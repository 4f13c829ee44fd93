import { services } from '@darkroom/testing';
import { describe } from 'vitest';
import { testBudget } from '../testing/gallery/test-budget.js';
import { testConnection } from '../testing/gallery/test-connection.js';
import { testFailures } from '../testing/gallery/test-failures.js';
import { testKeyboard } from '../testing/gallery/test-keyboard.js';
import { testLibrary } from '../testing/gallery/test-library.js';
import { testPhone } from '../testing/gallery/test-phone.js';
import { testPicture } from '../testing/gallery/test-picture.js';
import { testSelection } from '../testing/gallery/test-selection.js';
import { testStatus } from '../testing/gallery/test-status.js';
import { testTenThousand } from '../testing/gallery/test-ten-thousand.js';
import { testUploads } from '../testing/gallery/test-uploads.js';
import { useGallery } from '../testing/gallery/use-gallery.js';

describe.skipIf(!services().chromium)('the gallery', () => {
  const gallery = useGallery();
  describe('uploads', () => {
    testUploads(gallery);
  });
  describe('failed pictures', () => {
    testFailures(gallery);
  });
  describe('the connection', () => {
    testConnection(gallery);
  });
  describe('the pictures', () => {
    testLibrary(gallery);
  });
  describe('many pictures', () => {
    testSelection(gallery);
  });
  describe('one picture', () => {
    testPicture(gallery);
  });
  describe('the keyboard', () => {
    testKeyboard(gallery);
  });
  describe('the status', () => {
    testStatus(gallery);
  });
  describe('the budget', () => {
    testBudget(gallery);
  });
  describe('other screens', () => {
    testPhone(gallery);
  });
  // Last, because the worker then removes 10,000 pictures, and the WebP of other pictures would wait.
  describe('a large gallery', () => {
    testTenThousand(gallery);
  });
});
