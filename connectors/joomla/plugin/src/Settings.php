<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge;

use Leadbridge\Plugin\System\Leadbridge\Lead\ConsentTexts;
use Leadbridge\Plugin\System\Leadbridge\Lead\FieldMap;
use Leadbridge\Plugin\System\Leadbridge\Lead\FormTable;
use Leadbridge\Plugin\System\Leadbridge\Lead\Source;

\defined('_JEXEC') or die;

/**
 * The plugin's settings, read once.
 *
 * Names of the parameters: `bridge_url`, `secret`, `proxies`; switches (0 or 1) `contact`, `registration`,
 * `convertforms`, `rsform`, `visits`, `embedding`, `channel`; tables `forms` (source, joomla_form, form),
 * `fields` (source, joomla, leadbridge), `consent_texts` (purpose, language, text); places `consent_email`,
 * `consent_tracking`, `consent_phone` (none, contact, registration or both). What is missing has its default.
 */
final class Settings
{
    private const MOST_PROXIES = 10;

    private function __construct(
        public readonly string $bridgeUrl,
        public readonly string $secret,
        public readonly bool $contact,
        public readonly bool $registration,
        public readonly bool $convertForms,
        public readonly bool $rsForm,
        public readonly bool $visits,
        public readonly bool $embedding,
        public readonly bool $channel,
        public readonly int $proxies,
        public readonly FormTable $forms,
        public readonly FieldMap $fields,
        public readonly ConsentTexts $consents
    ) {
    }

    /** @param  array<string, mixed>  $params  as `$this->params->toArray()` gives them */
    public static function fromArray(array $params): self
    {
        /** @var array<string, mixed> $params  objects inside (tables) have become arrays */
        $params = json_decode((string) json_encode($params, JSON_INVALID_UTF8_SUBSTITUTE), true) ?: [];

        return new self(
            rtrim(self::text($params, 'bridge_url'), '/'),
            self::text($params, 'secret'),
            self::isOn($params, 'contact', true),
            self::isOn($params, 'registration', false),
            self::isOn($params, 'convertforms', false),
            self::isOn($params, 'rsform', false),
            self::isOn($params, 'visits', false),
            self::isOn($params, 'embedding', true),
            self::isOn($params, 'channel', true),
            max(0, min(self::MOST_PROXIES, (int) self::text($params, 'proxies'))),
            FormTable::fromRows(self::table($params, 'forms')),
            FieldMap::fromRows(self::table($params, 'fields')),
            ConsentTexts::fromRows(self::places($params), self::table($params, 'consent_texts') ?? [])
        );
    }

    /** Whether anybody has begun to set the plugin up: from then on leads are kept. */
    public function isBegun(): bool
    {
        return $this->bridgeUrl !== '' || $this->secret !== '';
    }

    /** Whether address and secret are there: before that no lead goes out. */
    public function isComplete(): bool
    {
        return $this->bridgeUrl !== '' && $this->secret !== '';
    }

    /** Whether leads travel without encryption to another machine. */
    public function isReadableOnTheWay(): bool
    {
        $host = strtolower((string) parse_url($this->bridgeUrl, PHP_URL_HOST));

        return stripos($this->bridgeUrl, 'http://') === 0
            && $host !== 'localhost'
            && $host !== '[::1]'
            && preg_match('/^127(\.\d{1,3}){3}$/D', $host) !== 1;
    }

    /** Whether leads of this source are wanted. */
    public function wants(string $source): bool
    {
        return match ($source) {
            Source::CONTACT => $this->contact,
            Source::REGISTRATION => $this->registration,
            Source::CONVERT_FORMS => $this->convertForms,
            Source::RSFORM => $this->rsForm,
            default => false,
        };
    }

    /**
     * Where each consent box is shown.
     *
     * @param   array<string, mixed>  $params
     *
     * @return  array<string, string>  by purpose
     */
    private static function places(array $params): array
    {
        return array_map(
            static fn (string $name): string => self::text($params, $name) ?: ConsentTexts::NOWHERE,
            ConsentTexts::PARAMETERS
        );
    }

    /** @param  array<string, mixed>  $params */
    private static function text(array $params, string $name): string
    {
        $value = $params[$name] ?? '';

        return \is_scalar($value) ? trim((string) $value) : '';
    }

    /** @param  array<string, mixed>  $params */
    private static function isOn(array $params, string $name, bool $default): bool
    {
        $value = self::text($params, $name);

        return $value === '' ? $default : $value !== '0';
    }

    /**
     * The rows of a table; null when it was never saved, or was saved empty: without any row every lead would be lost.
     *
     * @param   array<string, mixed>  $params
     *
     * @return  list<array<string, string>>|null
     */
    private static function table(array $params, string $name): ?array
    {
        // The installer keeps the manifest's default as it stands there: as JSON text.
        $saved = $params[$name] ?? null;
        $table = \is_string($saved) ? json_decode($saved, true) : $saved;
        $rows = array_filter(\is_array($table) ? $table : [], 'is_array');

        return $rows === [] ? null : array_values(array_map(
            static fn (array $row): array => array_map(
                static fn (mixed $cell): string => \is_scalar($cell) ? trim((string) $cell) : '',
                $row
            ),
            $rows
        ));
    }
}
