<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Lead;

\defined('_JEXEC') or die;

/** What one person told one form, as it goes to the bridge. Nothing is in it that may not leave. */
final class Lead
{
    /** The bridge takes bodies of up to 64 KiB. */
    public const LONGEST_BODY = 60 * 1024;

    /**
     * @param  string                                            $form         of Leadbridge
     * @param  int                                               $submittedAt  Unix seconds
     * @param  array<string, string>                             $fields
     * @param  array<string, array{given: bool, text: string}>  $consents     by purpose, for each box that was shown
     * @param  array<string, mixed>                              $context
     */
    public function __construct(
        public readonly string $form,
        public readonly int $submittedAt,
        public readonly array $fields,
        public readonly array $consents,
        public readonly array $context
    ) {
    }

    /** The body of the request: JSON of at most LONGEST_BODY bytes; of what is longer the longest fields are cut. */
    public function body(): string
    {
        $fields = $this->fields;

        while (\strlen($body = $this->json($fields)) > self::LONGEST_BODY && Lengths::canBeHalved($fields)) {
            $fields = Lengths::withLongestHalved($fields);
        }

        return $body;
    }

    /** @param  array<string, string>  $fields */
    private function json(array $fields): string
    {
        return json_encode([
            'form' => $this->form,
            'submitted_at' => gmdate('Y-m-d\TH:i:s\Z', $this->submittedAt),
            'fields' => (object) $fields,
            'consents' => (object) $this->consents,
            'context' => (object) $this->context,
        ], JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE | JSON_THROW_ON_ERROR);
    }
}
