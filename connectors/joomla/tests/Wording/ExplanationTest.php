<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Wording;

use Leadbridge\Plugin\System\Leadbridge\Wording\Explanation;
use PHPUnit\Framework\TestCase;

final class ExplanationTest extends TestCase
{
    public function testWhatStandsInARowIsExplained(): void
    {
        $explanation = Explanation::ofError('fields:email, company');

        self::assertSame('PLG_SYSTEM_LEADBRIDGE_EXPLAIN_FIELDS', $explanation->key);
        self::assertSame(['email, company'], $explanation->arguments);
    }

    public function testAReasonOfALaterVersionIsUnknown(): void
    {
        self::assertSame('PLG_SYSTEM_LEADBRIDGE_EXPLAIN_UNKNOWN', Explanation::ofError('moonphase:full')->key);
        self::assertSame([], Explanation::ofError('')->arguments);
    }

    public function testEveryReasonHasItsTextInEveryLanguage(): void
    {
        foreach (['en-GB', 'de-DE'] as $language) {
            $file = \dirname(__DIR__, 2) . "/plugin/language/$language/plg_system_leadbridge.ini";
            $texts = parse_ini_file($file, false, INI_SCANNER_RAW) ?: [];

            foreach (array_values(Explanation::REASONS) as $number => $arguments) {
                $key = Explanation::keys()[$number];
                self::assertArrayHasKey($key, $texts, $language);
                self::assertSame($arguments, preg_match_all('/%(\d\$)?[sd]/', $texts[$key]), "$key in $language");
            }
        }
    }
}
