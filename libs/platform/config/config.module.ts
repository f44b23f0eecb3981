import { Global, Module } from '@nestjs/common';
import { ConfigModule as NestConfigModule, ConfigService } from '@nestjs/config';
import { readSettings, type SettingsValues } from './settings.js';

/** The checked settings. `settings.get('PORT')` is typed and never undefined where the schema has a default. */
export class Settings {
  constructor(private readonly values: SettingsValues) {}

  get<Name extends keyof SettingsValues>(name: Name): SettingsValues[Name] {
    return this.values[name];
  }
}

const environment = NestConfigModule.forRoot({ ignoreEnvFile: true, cache: true, validate: readSettings });
// Settings that cannot be used are told where this module is used; importing it without settings is no mistake.
environment.catch(() => undefined);

@Global()
@Module({
  imports: [environment],
  providers: [
    {
      provide: Settings,
      useFactory: (config: ConfigService<SettingsValues, true>) =>
        new Settings(
          new Proxy({} as SettingsValues, {
            get: (_target, name) => config.get(name as keyof SettingsValues, { infer: true }),
          }),
        ),
      inject: [ConfigService],
    },
  ],
  exports: [Settings],
})
export class ConfigModule {}
