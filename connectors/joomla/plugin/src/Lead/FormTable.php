<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Lead;

\defined('_JEXEC') or die;

/** Which form of the site feeds which form of Leadbridge. */
final class FormTable
{
    public const EVERY_FORM = '*';

    public const DEFAULTS = [
        ['source' => Source::CONTACT, 'joomla_form' => self::EVERY_FORM, 'form' => 'kontakt'],
    ];

    /** @param  list<array{source: string, joomla_form: string, form: string}>  $rows */
    private function __construct(private readonly array $rows)
    {
    }

    /** @param  list<array<string, string>>|null  $rows  as in the settings; null: the defaults */
    public static function fromRows(?array $rows): self
    {
        $whole = array_map(static fn (array $row): array => [
            'source' => $row['source'] ?? '',
            'joomla_form' => ($row['joomla_form'] ?? '') === '' ? self::EVERY_FORM : $row['joomla_form'],
            'form' => $row['form'] ?? '',
        ], $rows ?? self::DEFAULTS);

        return new self(array_values(array_filter($whole, static fn (array $row): bool => $row['form'] !== '')));
    }

    /**
     * The Leadbridge form that a form of the site feeds; null when no row names it.
     *
     * The most specific row wins: source and id, then any source and this id, then the source alone.
     */
    public function formOf(string $source, string $formId): ?string
    {
        foreach ([$formId, self::EVERY_FORM] as $id) {
            foreach ([$source, Source::ANY] as $from) {
                $form = $this->exactly($from, $id);

                if ($form !== null) {
                    return $form;
                }
            }
        }

        return null;
    }

    /** Whether some form of this source feeds Leadbridge. */
    public function knows(string $source): bool
    {
        return $this->formsOf($source) !== [];
    }

    /** @return  list<string>  the Leadbridge forms that this source feeds, each once */
    public function formsOf(string $source): array
    {
        $fed = array_filter(
            $this->rows,
            static fn (array $row): bool => \in_array($row['source'], [$source, Source::ANY], true)
        );

        return array_values(array_unique(array_column($fed, 'form')));
    }

    /** @return  list<string>  all Leadbridge forms of the table, each once */
    public function forms(): array
    {
        return array_values(array_unique(array_column($this->rows, 'form')));
    }

    /** @return  list<string>  the sources that feed this Leadbridge form; `any` among them */
    public function sourcesOf(string $form): array
    {
        $fed = array_filter($this->rows, static fn (array $row): bool => $row['form'] === $form);

        return array_values(array_unique(array_column($fed, 'source')));
    }

    private function exactly(string $source, string $formId): ?string
    {
        foreach ($this->rows as $row) {
            if ($row['source'] === $source && $row['joomla_form'] === $formId) {
                return $row['form'];
            }
        }

        return null;
    }
}
