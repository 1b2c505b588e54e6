<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Support;

/** Sockets on this machine that listen and say nothing. */
final class Loopback
{
    /** @return  resource */
    public static function tcp()
    {
        return stream_socket_server('tcp://127.0.0.1:0') ?: throw new \RuntimeException('no socket');
    }

    /** @return  resource */
    public static function udp()
    {
        return stream_socket_server('udp://127.0.0.1:0', $code, $why, STREAM_SERVER_BIND)
            ?: throw new \RuntimeException('no socket');
    }

    /** @param  resource  $socket */
    public static function address($socket): string
    {
        return (string) stream_socket_get_name($socket, false);
    }
}
