<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Posting;

\defined('_JEXEC') or die;

/**
 * The name server that this machine asks first: whether it answers at all.
 *
 * libcurl looks names up in a thread and waits for its end, whatever limit it was given: with a name server that says
 * nothing that is 10 s and more (measured; `RES_OPTIONS` in the environment helps only until anything in the process
 * has looked up a name). So somebody has to ask before, with less patience.
 */
final class NameServer
{
    private const FILE = '/etc/resolv.conf';

    /** A and AAAA: both are asked for, and the slower one counts. */
    private const RECORDS = [1, 28];

    /** Microseconds for each of them. */
    private const PATIENCE = 150_000;

    /** @param  string  $address  such as 203.0.113.53:53 or [2001:db8::53]:53 */
    public function __construct(private readonly string $address)
    {
    }

    /** Null where this cannot be known. */
    public static function ofMachine(string $file = self::FILE): ?self
    {
        $text = (string) @file_get_contents($file, false, null, 0, 10_000);
        $isNamed = preg_match('/^\s*nameserver\s+([0-9a-f:.]+)\s*$/mi', $text, $named) === 1;

        return $isNamed ? new self((str_contains($named[1], ':') ? "[$named[1]]" : $named[1]) . ':53') : null;
    }

    /** Whether a host has to be looked up: it is neither an address nor this machine itself. */
    public static function isNeededFor(string $host): bool
    {
        return filter_var(trim($host, '[]'), FILTER_VALIDATE_IP) === false && strtolower($host) !== 'localhost';
    }

    /** Whether it says something about a host within 0.3 s, be it that it knows none. */
    public function answers(string $host): bool
    {
        $socket = @stream_socket_client('udp://' . $this->address, timeout: 1.0);

        if ($socket === false) {
            return true;
        }

        foreach (self::RECORDS as $type) {
            $isSent = @fwrite($socket, self::question($host, $type));
            [$read, $write, $except] = [[$socket], null, null];

            // When the network says that nobody listens there, the next one is asked at once: that is an answer, too.
            if ($isSent !== false && @stream_select($read, $write, $except, 0, self::PATIENCE) !== 1) {
                return false;
            }

            @fread($socket, 4096);
        }

        return true;
    }

    /** RFC 1035, section 4.1. */
    private static function question(string $host, int $type): string
    {
        $labels = array_map(
            static fn (string $label): string => \chr(min(63, \strlen($label))) . substr($label, 0, 63),
            explode('.', trim($host, '.'))
        );

        return pack('n6', $type, 0x0100, 1, 0, 0, 0) . implode('', $labels) . "\0" . pack('n2', $type, 1);
    }
}
