<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Support;

/** Stands in for Joomla's texts: says the key. */
final class Words
{
    public static function _(string $key): string
    {
        return $key;
    }

    public static function standIn(): void
    {
        if (!class_exists('Joomla\CMS\Language\Text', false)) {
            class_alias(self::class, 'Joomla\CMS\Language\Text');
        }
    }
}
