<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Lead;

\defined('_JEXEC') or die;

/**
 * Keeps texts within what the bridge takes, without losing any.
 *
 * A text that is too long goes on in `message_2`, `message_3` …; a mark says where it was parted. The bridge shows
 * fields that it does not know to sales. An address or a number is left whole: a part of it would be a wrong one.
 */
final class Lengths
{
    public const MARK = '[…]';

    private const LINE = 300;
    private const TEXT = 5000;
    private const MOST_PARTS = 8;
    private const WHOLE = ['email', 'phone'];
    private const LINES = ['first_name', 'last_name', 'company', 'role'];

    /**
     * @param   array<string, string>  $fields
     *
     * @return  array<string, string>
     */
    public static function parted(array $fields): array
    {
        $parted = [];

        foreach ($fields as $name => $value) {
            foreach (self::parts($name, $value) as $number => $part) {
                $parted[$number === 0 ? $name : $name . '_' . ($number + 1)] = $part;
            }
        }

        return $parted;
    }

    /** A text of at most so many characters. */
    public static function cut(string $text, int $longest): string
    {
        return mb_strlen($text) <= $longest
            ? $text
            : mb_substr($text, 0, $longest - mb_strlen(self::MARK) - 1) . ' ' . self::MARK;
    }

    /** @param  array<string, string>  $fields */
    public static function canBeHalved(array $fields): bool
    {
        return max(0, ...array_values(array_map('strlen', $fields))) > self::LINE;
    }

    /**
     * @param   non-empty-array<string, string>  $fields
     *
     * @return  array<string, string>
     */
    public static function withLongestHalved(array $fields): array
    {
        $lengths = array_map('strlen', $fields);
        $name = array_search(max($lengths), $lengths, true);

        return [$name => self::cut($fields[$name], intdiv(mb_strlen($fields[$name]), 2))] + $fields;
    }

    /** @return  non-empty-list<string> */
    private static function parts(string $name, string $value): array
    {
        $room = (\in_array($name, self::LINES, true) ? self::LINE : self::TEXT) - mb_strlen(self::MARK) - 1;

        if (\in_array($name, self::WHOLE, true) || mb_strlen($value) <= $room) {
            return [self::cut($value, self::TEXT)];
        }

        $rest = mb_substr($value, $room);
        $others = mb_str_split(mb_substr($rest, 0, self::TEXT * self::MOST_PARTS), self::TEXT - 10);

        return [mb_substr($value, 0, $room) . ' ' . self::MARK, ...$others];
    }
}
