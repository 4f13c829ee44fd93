import type { Settings } from '@darkroom/config';
import type { Platform } from '@darkroom/platform';
import { QueueModule } from '@darkroom/queue';
import { type DynamicModule, Global, Module, type Provider } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { AccessGuard } from './access/access.guard.js';
import { FailedTries } from './access/failed-tries.js';
import { SessionController } from './access/session.controller.js';
import { SessionCookie } from './access/session-cookie.js';
import { ArchiveController } from './archive/archive.controller.js';
import { DocsController } from './docs/docs.controller.js';
import { ChangeHub } from './events/change-hub.js';
import { EventsController } from './events/events.controller.js';
import { HealthController } from './health/health.controller.js';
import { LameDuck } from './health/lame-duck.js';
import { EncodedBodies } from './http/encoded-bodies.js';
import { ImagePages } from './images/image-pages.js';
import { ImageLinks } from './images/image-links.js';
import { ImageRemoval } from './images/image-removal.js';
import { ImagesController } from './images/images.controller.js';
import { ProcessingQueue } from './images/processing-queue.js';
import { TagsController } from './images/tags.controller.js';
import { WaitingWork } from './limits/waiting-work.js';
import { LivingPictures } from './media/living-pictures.js';
import { MediaController } from './media/media.controller.js';
import { LimitsController } from './operations/limits.controller.js';
import { OperationsController } from './operations/operations.controller.js';
import { CATALOGUE, LOGGER, METRICS, SETTINGS, STORAGE } from './tokens.js';
import { UploadService } from './uploads/upload.service.js';
import { UploadsController } from './uploads/uploads.controller.js';
import { VERSION } from './version.js';
import { WebController } from './web/web.controller.js';

export interface ApiParts {
  settings: Settings;
  platform: Platform;
  version: string;
}

/** The composition root of the api. */
@Global()
@Module({})
export class ApiModule {
  static with({ settings, platform, version }: ApiParts): DynamicModule {
    const values: Provider[] = [
      { provide: SETTINGS, useValue: settings },
      { provide: CATALOGUE, useValue: platform.catalogue },
      { provide: STORAGE, useValue: platform.storage },
      { provide: LOGGER, useValue: platform.logger },
      { provide: METRICS, useValue: platform.metrics },
      { provide: VERSION, useValue: version },
    ];
    return {
      module: ApiModule,
      imports: [QueueModule.forProducer(platform.broker)],
      controllers: [
        HealthController,
        SessionController,
        UploadsController,
        ImagesController,
        TagsController,
        ArchiveController,
        EventsController,
        MediaController,
        OperationsController,
        LimitsController,
        DocsController,
        WebController,
      ],
      providers: [
        ...values,
        { provide: FailedTries, useFactory: () => new FailedTries() },
        SessionCookie,
        AccessGuard,
        { provide: APP_GUARD, useExisting: AccessGuard },
        { provide: APP_INTERCEPTOR, useClass: EncodedBodies },
        ChangeHub,
        ImageLinks,
        ImagePages,
        ImageRemoval,
        LameDuck,
        LivingPictures,
        ProcessingQueue,
        UploadService,
        WaitingWork,
      ],
    };
  }
}
