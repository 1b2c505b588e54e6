<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Lead;

\defined('_JEXEC') or die;

/**
 * The allow-list: which fields of the site leave, and under which name.
 *
 * Names of the site's fields are compared without regard to case; `com_fields.company` is `company` inside
 * `com_fields`. Targets `consent_email`, `consent_tracking`, `consent_phone` are answers to a consent box.
 */
final class FieldMap
{
    public const NAME = 'name';

    public const DEFAULTS = [
        [Source::CONTACT, 'contact_name', self::NAME],
        [Source::CONTACT, 'contact_email', 'email'],
        [Source::CONTACT, 'contact_subject', 'subject'],
        [Source::CONTACT, 'contact_message', 'message'],
        [Source::CONTACT, 'com_fields.company', 'company'],
        [Source::CONTACT, 'com_fields.firma', 'company'],
        [Source::CONTACT, 'com_fields.phone', 'phone'],
        [Source::CONTACT, 'com_fields.telefon', 'phone'],
        [Source::CONTACT, 'com_fields.role', 'role'],
        [Source::CONTACT, 'com_fields.position', 'role'],
        [Source::REGISTRATION, 'name', self::NAME],
        [Source::REGISTRATION, 'email', 'email'],
        [Source::REGISTRATION, 'profile.phone', 'phone'],
        [Source::CONVERT_FORMS, 'email', 'email'],
        [Source::CONVERT_FORMS, 'name', self::NAME],
        [Source::CONVERT_FORMS, 'first_name', 'first_name'],
        [Source::CONVERT_FORMS, 'last_name', 'last_name'],
        [Source::CONVERT_FORMS, 'company', 'company'],
        [Source::CONVERT_FORMS, 'phone', 'phone'],
        [Source::CONVERT_FORMS, 'message', 'message'],
        [Source::RSFORM, 'email', 'email'],
        [Source::RSFORM, 'name', self::NAME],
        [Source::RSFORM, 'first_name', 'first_name'],
        [Source::RSFORM, 'last_name', 'last_name'],
        [Source::RSFORM, 'company', 'company'],
        [Source::RSFORM, 'phone', 'phone'],
        [Source::RSFORM, 'message', 'message'],
    ];

    /** @param  list<array{string, string, string}>  $rows  source, the site's name, Leadbridge's name */
    private function __construct(private readonly array $rows)
    {
    }

    /** @param  list<array<string, string>>|null  $rows  as in the settings; null: the defaults */
    public static function fromRows(?array $rows): self
    {
        $listed = $rows === null ? self::DEFAULTS : array_map(static fn (array $row): array => [
            ($row['source'] ?? '') === '' ? Source::ANY : $row['source'],
            $row['joomla'] ?? '',
            $row['leadbridge'] ?? '',
        ], $rows);

        return new self(array_values(
            array_filter($listed, static fn (array $row): bool => $row[1] !== '' && $row[2] !== '')
        ));
    }

    /**
     * The answers that leave: Leadbridge's names and what was typed. Of several fields for the same name the first
     * that says something counts.
     *
     * @param   array<array-key, mixed>  $data  the form as the site has it, nested, with everything in it
     *
     * @return  array<string, string>  without the answers to consent boxes
     */
    public function answers(string $source, array $data): array
    {
        $reading = new Reading($data);
        $answers = [];

        foreach ($this->rowsOf($source) as [, $name, $target]) {
            $value = ConsentTexts::purposeOf($target) === null ? $reading->text($name) : '';

            if ($value !== '') {
                $answers[$target] ??= $value;
            }
        }

        return self::withSplitName($answers);
    }

    /**
     * The answers to consent boxes that are fields of the form itself.
     *
     * @param   array<array-key, mixed>  $data
     *
     * @return  array<string, bool|null>  purpose => ticked; null when the form sent no such field
     */
    public function consents(string $source, array $data): array
    {
        $reading = new Reading($data);
        $consents = [];

        foreach ($this->rowsOf($source) as [, $name, $target]) {
            $purpose = ConsentTexts::purposeOf($target);

            if ($purpose !== null) {
                $answer = $reading->has($name) ? $reading->isTicked($name) : null;
                $consents[$purpose] = ($consents[$purpose] ?? null) ?? $answer;
            }
        }

        return $consents;
    }

    /** @return  list<string>  the names of Leadbridge that something of this source is mapped to, each once */
    public function targets(string $source): array
    {
        $targets = array_column($this->rowsOf($source), 2);

        if (\in_array(self::NAME, $targets, true)) {
            array_push($targets, 'first_name', 'last_name');
        }

        return array_values(array_unique(array_diff($targets, [self::NAME])));
    }

    /** @return  list<string>  listed names of the site that never leave all the same */
    public function refused(): array
    {
        return array_values(array_unique(array_filter(array_column($this->rows, 1), Forbidden::isName(...))));
    }

    /** @return  list<array{string, string, string}> */
    private function rowsOf(string $source): array
    {
        return array_values(array_filter(
            $this->rows,
            static fn (array $row): bool => \in_array($row[0], [$source, Source::ANY], true)
                && !Forbidden::isName($row[1])
        ));
    }

    /**
     * @param   array<string, string>  $answers
     *
     * @return  array<string, string>
     */
    private static function withSplitName(array $answers): array
    {
        $name = PersonName::of($answers[self::NAME] ?? '');
        unset($answers[self::NAME]);

        return array_filter(
            $answers + ['first_name' => $name->first, 'last_name' => $name->last],
            static fn (string $value): bool => $value !== ''
        );
    }
}
