<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Posting;

\defined('_JEXEC') or die;

/** The address of the bridge as somebody types it into the settings. */
final class BridgeAddress
{
    /** Scheme, host, perhaps a port, and nothing else. */
    private const PLAIN = '~^https?://([\p{L}\p{N}][\p{L}\p{N}._-]*|\[[0-9a-f:.]+\])(:\d{1,5})?$~iuD';

    /** What was typed, with https:// when no scheme was, and without slashes at its end. */
    public static function completed(string $typed): string
    {
        $address = rtrim(trim($typed), '/');

        return $address === '' || preg_match('~^[a-z][a-z0-9+.-]*://~i', $address)
            ? $address
            : 'https://' . ltrim($address, '/');
    }

    /** Whether an address has no more than it needs: no user, no path, no query. */
    public static function isPlain(string $address): bool
    {
        return preg_match(self::PLAIN, $address) === 1;
    }
}
