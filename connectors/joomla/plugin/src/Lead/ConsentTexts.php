<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Lead;

\defined('_JEXEC') or die;

/** Which consent boxes are shown where, and the exact text beside each. */
final class ConsentTexts
{
    public const PURPOSES = ['email', 'tracking', 'phone'];

    /** Purpose => the name of its box, of the parameter that says where it is shown, of the target in a field map. */
    public const PARAMETERS = [
        'email' => 'consent_email',
        'tracking' => 'consent_tracking',
        'phone' => 'consent_phone',
    ];

    /** The group of the boxes in a form: `jform[leadbridge][consent_email]`. */
    public const GROUP = 'leadbridge';

    /** The place of a box that is not shown. */
    public const NOWHERE = 'none';

    private const BOTH = 'both';
    private const ANY_LANGUAGE = '*';

    /** What the bridge takes. A longer text is none: it could not be kept as it was shown. */
    private const LONGEST = 5000;

    /**
     * @param  array<string, string>                                         $places  as for fromRows
     * @param  list<array{purpose: string, language: string, text: string}>  $rows
     */
    private function __construct(private readonly array $places, private readonly array $rows)
    {
    }

    /**
     * @param  array<string, string>        $places  purpose => none, contact, registration or both
     * @param  list<array<string, string>>  $rows    as in the settings
     */
    public static function fromRows(array $places, array $rows): self
    {
        return new self($places, array_map(static fn (array $row): array => [
            'purpose' => $row['purpose'] ?? '',
            'language' => ($row['language'] ?? '') === '' ? self::ANY_LANGUAGE : strtolower($row['language']),
            'text' => mb_strlen($row['text'] ?? '') > self::LONGEST ? '' : $row['text'] ?? '',
        ], $rows));
    }

    /** The purpose that a target such as `consent_email` stands for; null when it is an ordinary field. */
    public static function purposeOf(string $target): ?string
    {
        $purpose = array_search(strtolower($target), self::PARAMETERS, true);

        return $purpose === false ? null : $purpose;
    }

    /**
     * The boxes that the plugin adds to the forms of a source.
     *
     * @param   string  $language  a tag such as de-DE
     *
     * @return  array<string, string>  purpose => plain text, to be escaped; a purpose without a text has no box
     */
    public function shown(string $source, string $language): array
    {
        $texts = [];

        foreach (self::PURPOSES as $purpose) {
            if ($this->isShown($purpose, $source)) {
                $texts[$purpose] = $this->text($purpose, $language);
            }
        }

        return array_filter($texts, static fn (string $text): bool => $text !== '');
    }

    /** @return  list<string>  the purposes that the forms of a source ask for, in whatever language */
    public function asked(string $source): array
    {
        return array_values(array_filter(
            self::PURPOSES,
            fn (string $purpose): bool => $this->isShown($purpose, $source) && $this->hasText($purpose)
        ));
    }

    /** @return  list<string>  the purposes whose box is switched on somewhere, but has no text in any language */
    public function withoutText(): array
    {
        return array_values(array_filter(
            self::PURPOSES,
            fn (string $purpose): bool => !\in_array($this->places[$purpose] ?? '', ['', self::NOWHERE], true)
                && !$this->hasText($purpose)
        ));
    }

    /** The text of a purpose: in exactly this language, else in another of the same tongue, else in any; else empty. */
    public function text(string $purpose, string $language): string
    {
        $tag = strtolower($language);
        $tongue = explode('-', $tag)[0];

        return $this->first($purpose, static fn (string $one): bool => $one === $tag)
            ?? $this->first($purpose, static fn (string $one): bool => explode('-', $one)[0] === $tongue)
            ?? $this->first($purpose, static fn (string $one): bool => $one === self::ANY_LANGUAGE)
            ?? '';
    }

    /** The value of a box with this text: so that what is kept as proof is what was seen. */
    public static function mark(string $text): string
    {
        return substr(hash('sha256', $text), 0, 16);
    }

    /**
     * The answers to the boxes that the plugin adds to the forms of a source, read from a form's data.
     *
     * On pages only the mark of the present text is a yes; another value was ticked beside another text (a page out of
     * a cache, a text that was changed, another language) and says nothing about this one. Who calls the web services
     * saw no page: any yes counts, and what is not there is not answered.
     *
     * @param   array<array-key, mixed>  $data    with the group `leadbridge` in it
     * @param   bool                     $isPage  whether the person had the page with the boxes
     *
     * @return  array<string, bool|null>  by purpose; null: shown, but the answer is to something else
     */
    public function answers(string $source, string $language, array $data, bool $isPage): array
    {
        $reading = new Reading($data);
        $answers = [];

        foreach ($this->shown($source, $language) as $purpose => $text) {
            $box = self::GROUP . '.' . self::PARAMETERS[$purpose];
            $isTicked = $reading->isTicked($box);

            if ($isPage) {
                $answers[$purpose] = $isTicked ? ($reading->text($box) === self::mark($text) ? true : null) : false;
            } elseif ($isTicked) {
                $answers[$purpose] = true;
            }
        }

        return $answers;
    }

    private function isShown(string $purpose, string $source): bool
    {
        $place = $this->places[$purpose] ?? '';

        return $place === $source
            || ($place === self::BOTH && \in_array($source, [Source::CONTACT, Source::REGISTRATION], true));
    }

    private function hasText(string $purpose): bool
    {
        return $this->first($purpose, static fn (): bool => true) !== null;
    }

    /** @param  \Closure(string): bool  $fits */
    private function first(string $purpose, \Closure $fits): ?string
    {
        foreach ($this->rows as $row) {
            if ($row['purpose'] === $purpose && $row['text'] !== '' && $fits($row['language'])) {
                return $row['text'];
            }
        }

        return null;
    }
}
