<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Channel;

\defined('_JEXEC') or die;

/** One arrival on the site: the page, where the visitor came from, and the campaign in the page's address. */
final class Touch
{
    private const LONGEST = 2000;
    private const LONGEST_UTM = 200;
    private const UTM = ['source', 'medium', 'campaign', 'term', 'content'];

    /**
     * @param  array<string, string>  $utm  without the prefix `utm_`
     * @param  int                    $at   Unix seconds
     */
    private function __construct(
        public readonly string $pageUrl,
        public readonly string $referrer,
        public readonly array $utm,
        public readonly int $at
    ) {
    }

    /**
     * @param  string  $url       the whole address of the page
     * @param  string  $referrer  what the browser said; one on the site itself does not count
     */
    public static function of(string $url, string $referrer, int $at): self
    {
        $isOutside = self::host($referrer) !== '' && self::host($referrer) !== self::host($url);

        return new self(
            mb_substr($url, 0, self::LONGEST),
            $isOutside ? mb_substr($referrer, 0, self::LONGEST) : '',
            self::utmOf($url),
            $at
        );
    }

    /** @param  array<string, mixed>  $kept  what toArray gave; null when it is something else */
    public static function fromArray(array $kept): ?self
    {
        if (!\is_string($kept['page_url'] ?? null) || !\is_string($kept['referrer'] ?? null)) {
            return null;
        }

        return new self(
            $kept['page_url'],
            $kept['referrer'],
            array_filter((array) ($kept['utm'] ?? []), 'is_string'),
            (int) ($kept['at'] ?? 0)
        );
    }

    /** @return  array{page_url: string, referrer: string, utm: array<string, string>, at: int} */
    public function toArray(): array
    {
        return ['page_url' => $this->pageUrl, 'referrer' => $this->referrer, 'utm' => $this->utm, 'at' => $this->at];
    }

    /** Whether it says where somebody came from: a campaign, or another site. */
    public function saysSomething(): bool
    {
        return $this->utm !== [] || $this->referrer !== '';
    }

    /** @return  array<string, string> */
    private static function utmOf(string $url): array
    {
        parse_str((string) parse_url($url, PHP_URL_QUERY), $query);
        $utm = [];

        foreach (self::UTM as $name) {
            $value = $query['utm_' . $name] ?? '';
            $utm[$name] = \is_string($value) ? mb_substr(trim($value), 0, self::LONGEST_UTM) : '';
        }

        return array_filter($utm, static fn (string $value): bool => $value !== '');
    }

    private static function host(string $url): string
    {
        return strtolower((string) parse_url($url, PHP_URL_HOST));
    }
}
