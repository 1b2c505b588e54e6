<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Joomla;

\defined('_JEXEC') or die;

use Joomla\CMS\Language\Text;

/** What people call the things that settings and answers know by their ids; plain text. */
final class Names
{
    private const FIELDS = ['email', 'first_name', 'last_name', 'company', 'phone', 'role', 'message'];

    /** A source in the words of the settings. */
    public static function source(string $source): string
    {
        return Text::_('PLG_SYSTEM_LEADBRIDGE_SOURCE_' . strtoupper($source));
    }

    /** The box for a purpose in the words of the settings. */
    public static function box(string $purpose): string
    {
        return Text::_('PLG_SYSTEM_LEADBRIDGE_CONSENT_' . strtoupper($purpose));
    }

    /**
     * Fields of Leadbridge: the usual ones by their word, with the id that the table of fields wants.
     *
     * @param  list<string>  $ids
     */
    public static function fields(array $ids): string
    {
        return implode(', ', array_map(self::field(...), $ids));
    }

    private static function field(string $id): string
    {
        $word = \in_array($id, self::FIELDS, true) ? Text::_('PLG_SYSTEM_LEADBRIDGE_FIELD_' . strtoupper($id)) : $id;

        return $word === $id
            ? Text::sprintf('PLG_SYSTEM_LEADBRIDGE_FIELD_OTHER', $id)
            : Text::sprintf('PLG_SYSTEM_LEADBRIDGE_FIELD', $word, $id);
    }
}
