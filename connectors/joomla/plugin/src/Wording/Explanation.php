<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Wording;

\defined('_JEXEC') or die;

/**
 * What happened, in plain words: a key of the language files and what stands for `%s` or `%d` in it.
 *
 * Keys: `PLG_SYSTEM_LEADBRIDGE_EXPLAIN_` and the reason in capitals, `-` as `_`.
 */
final class Explanation
{
    /** Every reason, and how many arguments its text has (1: a detail, which may be empty). */
    public const REASONS = [
        'accepted' => 1,        // signed test submission accepted in %d ms
        'incomplete' => 0,      // address or secret are missing in the settings
        'no-form' => 0,         // no row of the form table names a form of Leadbridge
        'no-answer' => 1,       // the bridge could not be reached (%s: the library's words)
        'secret' => 0,          // the secret in the settings cannot be read: copy it whole, from whsec_ on
        'unsigned' => 0,        // 401: another secret, or the clocks differ by more than five minutes
        'too-many' => 0,        // 429
        'slow' => 0,            // 408, 425: the bridge did not get the whole lead in time
        'broken' => 0,          // 500: an error inside the bridge
        'busy' => 0,            // other 5xx: busy, being restarted, or its disk is full
        'not-the-bridge' => 0,  // an answer that is not the bridge's: a wrong address, or a page in between
        'unknown-form' => 0,    // 404: the bridge knows no such form, or the address is wrong
        'too-large' => 0,       // 413
        'fields' => 1,          // 422 (%s: names of fields that are missing or wrong)
        'refused' => 0,         // other 4xx
        'unknown' => 0,         // something that this version does not know
    ];

    private const PREFIX = 'PLG_SYSTEM_LEADBRIDGE_EXPLAIN_';

    /** @param  list<int|string>  $arguments  plain text, to be escaped */
    private function __construct(public readonly string $key, public readonly array $arguments)
    {
    }

    public static function of(string $reason, string $detail = ''): self
    {
        $known = \array_key_exists($reason, self::REASONS) ? $reason : 'unknown';

        return new self(self::keyOf($known), self::REASONS[$known] === 0 ? [] : [$detail]);
    }

    public static function accepted(int $milliseconds): self
    {
        return new self(self::keyOf('accepted'), [$milliseconds]);
    }

    /** From what stands in a row or in the last trouble: `reason` or `reason:detail`. */
    public static function ofError(string $error): self
    {
        [$reason, $detail] = explode(':', $error, 2) + [1 => ''];

        return self::of($reason, trim($detail));
    }

    /** @return  list<string>  every key that the language files need */
    public static function keys(): array
    {
        return array_map(self::keyOf(...), array_keys(self::REASONS));
    }

    private static function keyOf(string $reason): string
    {
        return self::PREFIX . strtoupper(str_replace('-', '_', $reason));
    }
}
