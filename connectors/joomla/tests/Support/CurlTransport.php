<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Support;

use Leadbridge\Plugin\System\Leadbridge\Posting\Answer;
use Leadbridge\Plugin\System\Leadbridge\Posting\Transport;
use Leadbridge\Plugin\System\Leadbridge\Posting\TransportFailure;

/** PHP's own curl, for tests over a real connection. */
final class CurlTransport implements Transport
{
    public function post(string $url, string $body, array $headers, int $milliseconds): Answer
    {
        $started = hrtime(true);
        $answered = [];
        $curl = curl_init($url);
        curl_setopt_array($curl, [
            CURLOPT_POST => true,
            CURLOPT_POSTFIELDS => $body,
            CURLOPT_HTTPHEADER => array_map(
                static fn (string $name, string $value): string => $name . ': ' . $value,
                array_keys($headers),
                $headers
            ),
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_FOLLOWLOCATION => false,
            CURLOPT_TIMEOUT_MS => $milliseconds,
            CURLOPT_CONNECTTIMEOUT_MS => $milliseconds <= 1000 ? 300 : intdiv($milliseconds, 3),
            CURLOPT_NOSIGNAL => true,
            CURLOPT_PROXY => '',
            CURLOPT_HEADERFUNCTION => static function ($curl, string $line) use (&$answered): int {
                [$name, $value] = explode(':', $line, 2) + [1 => ''];
                $answered[strtolower(trim($name))] = trim($value);

                return \strlen($line);
            },
        ]);
        $content = curl_exec($curl);
        $took = intdiv((int) (hrtime(true) - $started), 1_000_000);

        if (!\is_string($content)) {
            throw new TransportFailure(curl_error($curl), $took);
        }

        return new Answer((int) curl_getinfo($curl, CURLINFO_RESPONSE_CODE), $content, $answered, $took);
    }
}
