<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Lead;

\defined('_JEXEC') or die;

/** Whom a lead comes from: for the people who follow it up by hand, and for nobody else. */
final class Person
{
    private const LONGEST = 200;

    /** The e-mail address in a lead's body, else the name, else the telephone number; plain text, empty when there is none. */
    public static function of(?string $body): string
    {
        $lead = json_decode((string) $body, true);
        $fields = \is_array($lead) && \is_array($lead['fields'] ?? null) ? $lead['fields'] : [];
        $name = trim(self::field($fields, 'first_name') . ' ' . self::field($fields, 'last_name'));
        $known = array_filter([self::field($fields, 'email'), $name, self::field($fields, 'phone')]);

        return Lengths::cut((string) reset($known), self::LONGEST);
    }

    /** @param  array<array-key, mixed>  $fields */
    private static function field(array $fields, string $name): string
    {
        $value = $fields[$name] ?? '';

        return \is_scalar($value) ? trim((string) $value) : '';
    }
}
