<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Lead;

\defined('_JEXEC') or die;

/** What never leaves the site, whatever the settings say: passwords, tokens and their like. */
final class Forbidden
{
    private const NAMES = [
        'password', 'passwd', 'pwd', 'passwort', 'kennwort', 'passphrase',
        'token', 'secret', 'captcha', 'activation', 'otp', 'otep', 'csrf',
    ];

    /** Shorter values say too little: a solved captcha may well be "1". */
    private const SHORTEST = 4;

    /** Whether a field of this name never leaves. */
    public static function isName(string $name): bool
    {
        $lower = mb_strtolower($name);

        foreach (self::NAMES as $part) {
            if (str_contains($lower, $part)) {
                return true;
            }
        }

        return false;
    }

    /**
     * The values of all such fields, wherever they are nested; no other field may carry one of them out.
     *
     * @param   array<array-key, mixed>  $data
     *
     * @return  list<string>
     */
    public static function values(array $data): array
    {
        $values = [];

        foreach ($data as $name => $value) {
            if (self::isName((string) $name)) {
                array_push($values, ...self::leaves($value));
            } elseif (\is_array($value)) {
                array_push($values, ...self::values($value));
            }
        }

        return $values;
    }

    /** @return  list<string> */
    private static function leaves(mixed $value): array
    {
        if (\is_array($value)) {
            return array_merge(...array_map(self::leaves(...), array_values($value)), ...[[]]);
        }

        $text = \is_scalar($value) ? trim((string) $value) : '';

        return mb_strlen($text) >= self::SHORTEST ? [$text] : [];
    }
}
