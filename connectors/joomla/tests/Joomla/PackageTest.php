<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Joomla;

use Leadbridge\Plugin\System\Leadbridge\Lead\FieldMap;
use Leadbridge\Plugin\System\Leadbridge\Lead\FormTable;
use Leadbridge\Plugin\System\Leadbridge\Settings;
use PHPUnit\Framework\TestCase;

/** What the manifest, the language files and the code say of each other. */
final class PackageTest extends TestCase
{
    private const PLUGIN = __DIR__ . '/../../plugin';
    private const LANGUAGES = ['en-GB', 'de-DE'];

    /** Made by the packing. */
    private const PACKED = ['site.js'];

    public function testTheManifestNamesEverythingThatIsThereAndNothingElse(): void
    {
        $manifest = $this->manifest();
        $named = [...$this->texts($manifest->files->folder), ...$this->texts($manifest->files->filename)];
        $there = array_diff(scandir(self::PLUGIN) ?: [], ['.', '..', 'media', 'leadbridge.xml', 'script.php']);
        $media = array_diff(scandir(self::PLUGIN . '/media') ?: [], ['.', '..']);

        self::assertEqualsCanonicalizing(array_values($there), $named);
        self::assertEqualsCanonicalizing([...$media, ...self::PACKED], $this->texts($manifest->media->filename));
    }

    public function testBothLanguagesSayTheSameThings(): void
    {
        foreach (['plg_system_leadbridge.ini', 'plg_system_leadbridge.sys.ini'] as $file) {
            [$english, $german] = array_map(fn (string $tag): array => $this->words($tag, $file), self::LANGUAGES);

            self::assertSame(array_keys($english), array_keys($german), $file);

            foreach ($english as $key => $text) {
                self::assertSame($this->places($text), $this->places($german[$key]), $key);
            }
        }
    }

    public function testEveryTextThatIsAskedForExists(): void
    {
        $words = $this->words('en-GB', 'plg_system_leadbridge.ini') + $this->words('en-GB', 'plg_system_leadbridge.sys.ini');

        foreach ($this->sources() as $path => $code) {
            preg_match_all('/PLG_SYSTEM_LEADBRIDGE(?:_[A-Z]+)*(?![A-Z_])/', $code, $asked);
            preg_match_all('/\$words\(\'([A-Z_]+)\'/', $code, $short);
            $keys = [...$asked[0], ...array_map(static fn (string $key): string => 'PLG_SYSTEM_LEADBRIDGE_' . $key, $short[1])];

            foreach (array_diff($keys, ['PLG_SYSTEM_LEADBRIDGE_TASK']) as $key) {
                self::assertArrayHasKey($key, $words, $path);
            }
        }
    }

    public function testTheSettingsReadEveryFieldOfTheManifest(): void
    {
        $names = array_map(strval(...), $this->manifest()->xpath('//config//field/@name') ?: []);
        $code = (string) file_get_contents(self::PLUGIN . '/src/Settings.php')
            . file_get_contents(self::PLUGIN . '/src/Lead/ConsentTexts.php');

        foreach (array_diff($names, ['status']) as $name) {
            self::assertStringContainsString("'$name'", $code);
        }
    }

    public function testWhatTheManifestHasByDefaultIsWhatCountsWithoutIt(): void
    {
        $defaults = [];

        foreach ($this->manifest()->xpath('//config//field[@default]') ?: [] as $field) {
            $defaults[(string) $field['name']] = (string) $field['default'];
        }

        self::assertEquals(Settings::fromArray([]), Settings::fromArray($defaults));
    }

    public function testTheTablesHaveTheColumnsThatTheirRowsHave(): void
    {
        self::assertSame(array_keys(FormTable::DEFAULTS[0]), $this->columns('form_row'));
        self::assertSame(['source', 'joomla', 'leadbridge'], $this->columns('field_row'));
        self::assertCount(\count($this->columns('field_row')), FieldMap::DEFAULTS[0]);
        self::assertSame(['purpose', 'language', 'text'], $this->columns('consent_row'));
    }

    public function testTheVersionIsTheSameEverywhere(): void
    {
        $version = (string) $this->manifest()->version;

        self::assertStringContainsString("'Leadbridge-Joomla/$version'", (string) file_get_contents(self::PLUGIN . '/src/Joomla/Wiring.php'));
        self::assertFileExists(self::PLUGIN . "/sql/updates/mysql/$version.sql");
        self::assertFileExists(self::PLUGIN . "/sql/updates/postgresql/$version.sql");
    }

    private function manifest(): \SimpleXMLElement
    {
        return simplexml_load_file(self::PLUGIN . '/leadbridge.xml') ?: self::fail('no XML');
    }

    /** @return  list<string> */
    private function columns(string $form): array
    {
        $xml = simplexml_load_file(self::PLUGIN . "/forms/$form.xml") ?: self::fail('no XML');

        return array_map(strval(...), $xml->xpath('/form/field/@name') ?: []);
    }

    /** @return  list<string> */
    private function texts(\SimpleXMLElement $elements): array
    {
        $texts = [];

        foreach ($elements as $element) {
            $texts[] = (string) $element;
        }

        return $texts;
    }

    /** @return  array<string, string> */
    private function words(string $tag, string $file): array
    {
        return parse_ini_file(self::PLUGIN . "/language/$tag/$file", false, INI_SCANNER_RAW) ?: self::fail("$tag/$file");
    }

    /** @return  list<string>  what is filled in, such as %1$s */
    private function places(string $text): array
    {
        preg_match_all('/%(?:\d\$)?[sd]/', $text, $places);
        sort($places[0]);

        return $places[0];
    }

    /** @return  iterable<string, string> */
    private function sources(): iterable
    {
        $files = new \RecursiveIteratorIterator(
            new \RecursiveDirectoryIterator(self::PLUGIN, \FilesystemIterator::SKIP_DOTS)
        );

        foreach ($files as $file) {
            if (\in_array($file->getExtension(), ['php', 'xml'], true)) {
                yield $file->getFilename() => (string) file_get_contents($file->getPathname());
            }
        }
    }
}
