<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Lead;

\defined('_JEXEC') or die;

/** A name in one field, as Joomla asks for it, in the two parts that Leadbridge knows. */
final class PersonName
{
    private function __construct(public readonly string $first, public readonly string $last)
    {
    }

    /** Splits at the last blank; "Berg, Anna" at its comma. A single word is the last name. */
    public static function of(string $whole): self
    {
        $name = trim(preg_replace('/\s+/u', ' ', $whole) ?? $whole);

        if (preg_match('/^([^,]+), ([^,]+)$/', $name, $parts)) {
            return new self($parts[2], $parts[1]);
        }

        $blank = strrpos($name, ' ');

        return $blank === false
            ? new self('', $name)
            : new self(substr($name, 0, $blank), substr($name, $blank + 1));
    }
}
