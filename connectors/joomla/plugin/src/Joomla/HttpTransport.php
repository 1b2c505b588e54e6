<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Joomla;

\defined('_JEXEC') or die;

use Joomla\Http\HttpFactory;
use Joomla\Http\Response;
use Joomla\Registry\Registry;
use Leadbridge\Plugin\System\Leadbridge\Posting\Answer;
use Leadbridge\Plugin\System\Leadbridge\Posting\Transport;
use Leadbridge\Plugin\System\Leadbridge\Posting\TransportFailure;

/** Posts with Joomla's HTTP client, through the proxy of the site's global configuration if there is one. */
final class HttpTransport implements Transport
{
    private const LARGEST_ANSWER = 65536;
    private const SHORT = 1000;
    private const SHORT_CONNECT = 300;

    public function __construct(private readonly Registry $configuration)
    {
    }

    public function post(string $url, string $body, array $headers, int $milliseconds): Answer
    {
        $start = hrtime(true);

        try {
            // The client's own limit counts whole seconds, and 0 means none: curl gets the exact one beside it.
            $response = (new HttpFactory())
                ->getHttp($this->options($milliseconds))
                ->post($url, $body, $headers, max(1, (int) ceil($milliseconds / 1000)));

            return $this->answer($response, self::elapsed($start));
        } catch (\Throwable $failure) {
            $isTooLong = str_contains($failure->getMessage(), 'allback');
            $why = $isTooLong ? 'the answer was too long' : $failure->getMessage();

            throw new TransportFailure($why, self::elapsed($start), $failure);
        }
    }

    /** @return  array<string, mixed> */
    private function options(int $milliseconds): array
    {
        $options = ['follow_location' => false];

        if (\defined('CURLOPT_TIMEOUT_MS')) {
            $options['transport.curl'] = $this->limits($milliseconds) + $this->proxy();
        }

        return $options;
    }

    /** @return  array<int, mixed> */
    private function limits(int $milliseconds): array
    {
        return [
            CURLOPT_TIMEOUT_MS => $milliseconds,
            CURLOPT_CONNECTTIMEOUT_MS => $milliseconds <= self::SHORT
                ? min($milliseconds, self::SHORT_CONNECT)
                : intdiv($milliseconds, 3),
            CURLOPT_NOSIGNAL => true,
            CURLOPT_PROTOCOLS => CURLPROTO_HTTP | CURLPROTO_HTTPS,
            CURLOPT_NOPROGRESS => false,
            CURLOPT_PROGRESSFUNCTION => static fn ($curl, $expected, $came): int => (int) ($came > self::LARGEST_ANSWER),
        ];
    }

    /** @return  array<int, mixed> */
    private function proxy(): array
    {
        if (!$this->configuration->get('proxy_enable')) {
            return [];
        }

        $address = $this->configuration->get('proxy_host') . ':' . $this->configuration->get('proxy_port');
        $user = (string) $this->configuration->get('proxy_user');

        return [CURLOPT_PROXY => $address] + ($user === '' ? [] : [
            CURLOPT_PROXYUSERPWD => $user . ':' . $this->configuration->get('proxy_pass'),
        ]);
    }

    private function answer(Response $response, int $milliseconds): Answer
    {
        $headers = [];

        foreach ($response->getHeaders() as $name => $values) {
            $headers[strtolower((string) $name)] = implode(', ', (array) $values);
        }

        return new Answer(
            $response->getStatusCode(),
            substr((string) $response->getBody(), 0, self::LARGEST_ANSWER),
            $headers,
            $milliseconds
        );
    }

    private static function elapsed(int $start): int
    {
        return intdiv((int) (hrtime(true) - $start), 1_000_000);
    }
}
