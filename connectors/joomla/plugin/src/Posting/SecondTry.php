<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Posting;

\defined('_JEXEC') or die;

/**
 * A lead whose telephone number is none is still a lead.
 *
 * Forms of the site check less than the bridge does, and nobody is there any more to correct what was typed. So a
 * field that was refused goes out once more as a plain text beside the form's fields, where sales reads it.
 */
final class SecondTry
{
    public const SUFFIX = '_as_typed';

    /**
     * The body with the refused fields under another name; null when that cannot help: the address itself was
     * refused, something is missing, or that was tried before.
     */
    public static function body(string $body, Outcome $outcome): ?string
    {
        $lead = json_decode($body);
        $refused = $outcome->reason === 'fields' ? array_filter(explode(', ', $outcome->detail)) : [];

        if ($refused === [] || !\is_object($lead) || !\is_object($lead->fields ?? null)) {
            return null;
        }

        foreach ($refused as $name) {
            if ($name === 'email' || str_ends_with($name, self::SUFFIX) || ($lead->fields->{$name} ?? '') === '') {
                return null;
            }

            $lead->fields->{$name . self::SUFFIX} = $lead->fields->{$name};
            unset($lead->fields->{$name});
        }

        return json_encode($lead, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR);
    }
}
