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
use Leadbridge\Plugin\System\Leadbridge\Posting\NameServer;
use Leadbridge\Plugin\System\Leadbridge\Posting\Transport;
use Leadbridge\Plugin\System\Leadbridge\Posting\TransportFailure;

/** Posts with Joomla's HTTP client, through the proxy of the site's global configuration if there is one. */
final class HttpTransport implements Transport
{
    private const LARGEST_ANSWER = 65536;
    private const SHORT = 1000;
    private const SHORT_CONNECT = 300;

    /** @var  \Closure(): ?NameServer */
    private readonly \Closure $nameServer;

    /** @param  (\Closure(): ?NameServer)|null  $nameServer  null: this machine's */
    public function __construct(private readonly Registry $configuration, ?\Closure $nameServer = null)
    {
        $this->nameServer = $nameServer ?? static fn (): ?NameServer => NameServer::ofMachine();
    }

    /** Whether a post is over when it has to be. Without curl limits count whole seconds, and each read anew. */
    public static function keepsTime(): bool
    {
        return \defined('CURLOPT_TIMEOUT_MS') && \function_exists('curl_exec');
    }

    public function post(string $url, string $body, array $headers, int $milliseconds): Answer
    {
        $start = hrtime(true);

        try {
            $this->lookUp($url, $milliseconds);
            $left = max(1, $milliseconds - self::elapsed($start));

            // The client's own limit counts whole seconds, and 0 means none: curl gets the exact one beside it.
            $response = (new HttpFactory())
                ->getHttp($this->options($left), self::keepsTime() ? 'curl' : ['stream', 'socket'])
                ->post($url, $body, $headers, (int) ceil($left / 1000));

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

        if (self::keepsTime()) {
            $options['transport.curl'] = $this->limits($milliseconds) + $this->proxy() + self::quickExit();
        }

        return $options;
    }

    /** Makes sure that looking a name up will not take the visitor's time; needless where curl need not wait for it. */
    private function lookUp(string $url, int $milliseconds): void
    {
        $host = $this->configuration->get('proxy_enable')
            ? (string) $this->configuration->get('proxy_host')
            : (string) parse_url($url, PHP_URL_HOST);

        if ($milliseconds > self::SHORT || self::quickExit() !== [] || !NameServer::isNeededFor($host)) {
            return;
        }

        if (($this->nameServer)()?->answers($host) === false) {
            throw new \RuntimeException('the name server of this website does not answer');
        }
    }

    /** @return  array<int, mixed>  PHP 8.3 and newer: do not wait for a thread that still looks a name up */
    private static function quickExit(): array
    {
        return \defined('CURLOPT_QUICK_EXIT') ? [\constant('CURLOPT_QUICK_EXIT') => true] : [];
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
