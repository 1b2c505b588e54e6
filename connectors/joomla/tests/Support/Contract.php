<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Support;

/** The golden files that the bridge's own tests read, too. */
final class Contract
{
    /**
     * @return  array<string, array{array<string, mixed>}>  by name, as a data provider gives them
     */
    public static function cases(string $file, string $list): array
    {
        $cases = [];

        foreach (self::read($file)[$list] as $case) {
            $cases[$case['name']] = [$case];
        }

        return $cases;
    }

    /** @return  array<string, mixed> */
    public static function read(string $file): array
    {
        $text = (string) file_get_contents(\dirname(__DIR__, 2) . '/contract/' . $file);

        return json_decode($text, true, 64, JSON_THROW_ON_ERROR);
    }
}
