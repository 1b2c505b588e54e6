<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Channel;

\defined('_JEXEC') or die;

/** Who sent the request. */
final class Asker
{
    /**
     * The address of the visitor. Without proxies no header counts: anybody can write one.
     *
     * @param   array<string, mixed>  $server   REMOTE_ADDR and HTTP_X_FORWARDED_FOR
     * @param   int                   $proxies  how many proxies stand in front of the site: each adds an address at
     *                                          the right of the header
     */
    public static function clientIp(array $server, int $proxies): ?string
    {
        $peer = self::address((string) ($server['REMOTE_ADDR'] ?? ''));
        $forwarded = array_values(array_filter(
            array_map('trim', explode(',', (string) ($server['HTTP_X_FORWARDED_FOR'] ?? ''))),
            static fn (string $part): bool => $part !== ''
        ));

        if ($proxies <= 0 || \count($forwarded) < $proxies) {
            return $peer;
        }

        return self::address($forwarded[\count($forwarded) - $proxies]) ?? $peer;
    }

    /**
     * Whether the browser says that it does not want to be recognised: Do Not Track or Global Privacy Control.
     *
     * @param  array<string, mixed>  $server  HTTP_DNT and HTTP_SEC_GPC
     */
    public static function wantsNoTracking(array $server): bool
    {
        return ($server['HTTP_DNT'] ?? '') === '1' || ($server['HTTP_SEC_GPC'] ?? '') === '1';
    }

    /** An address as the bridge takes it; some proxies write its port, too. */
    private static function address(string $written): ?string
    {
        $host = explode(']', ltrim($written, '['))[0];
        $host = substr_count($host, ':') === 1 ? explode(':', $host)[0] : $host;

        return filter_var($host, FILTER_VALIDATE_IP) === false ? null : $host;
    }
}
