<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Lead;

use Leadbridge\Plugin\System\Leadbridge\Settings;

\defined('_JEXEC') or die;

/** Turns what a form of the site sent into a lead: the one place where something is allowed to leave. */
final class Capture
{
    private const LONGEST = ['page_url' => 2000, 'landing_page' => 2000, 'referrer' => 2000, 'user_agent' => 1000];
    private const ADDRESSES = ['page_url', 'landing_page', 'referrer'];
    private const LONGEST_UTM = 200;

    public function __construct(private readonly Settings $settings)
    {
    }

    /**
     * The lead in a form that was sent; null when this source is off, no row of the table names the form,
     * nobody has begun to set the plugin up, or nothing that is allowed to leave was typed.
     *
     * @param   string                   $source    one of Source's
     * @param   string                   $formId    the site's id of the form: of the contact, of the Convert Form …
     * @param   array<array-key, mixed>  $data      the form's data as the site has it, nested, with everything in it
     * @param   array<string, mixed>     $context   page_url, ip, user_agent, visitor (the cookie), and what
     *                                              Memory::context() gives: landing_page, referrer, utm, first_touch
     * @param   string                   $language  of the page, such as de-DE
     * @param   int                      $now       Unix seconds
     * @param   bool                     $isPage    whether somebody had the page with the form; web services have none
     */
    public function lead(
        string $source,
        string $formId,
        array $data,
        array $context,
        string $language,
        int $now,
        bool $isPage = true
    ): ?Lead {
        $form = $this->settings->isBegun() && $this->settings->wants($source)
            ? $this->settings->forms->formOf($source, $formId)
            : null;
        $fields = $form === null ? [] : Lengths::parted($this->settings->fields->answers($source, $data));

        if ($form === null || $fields === []) {
            return null;
        }

        $answers = $this->settings->consents->answers($source, $language, $data, $isPage)
            + $this->settings->fields->consents($source, $data);

        return new Lead($form, $now, $fields, $this->consents($answers, $language), $this->context(
            $context + ['language' => $language],
            !\array_key_exists('tracking', $answers) || $answers['tracking'] === true
        ));
    }

    /**
     * @param   array<string, bool|null>  $answers
     *
     * @return  array<string, array{given: bool, text: string}>
     */
    private function consents(array $answers, string $language): array
    {
        $consents = [];

        foreach ($answers as $purpose => $given) {
            $text = $this->settings->consents->text($purpose, $language);

            if ($given !== null && $text !== '') {
                $consents[$purpose] = ['given' => $given, 'text' => $text];
            }
        }

        return $consents;
    }

    /**
     * @param   array<string, mixed>  $context
     *
     * @return  array<string, mixed>  what says something, in a fixed order
     */
    private function context(array $context, bool $mayBeRecognised): array
    {
        $texts = [];

        foreach (['page_url', 'landing_page', 'referrer', 'language', 'ip', 'user_agent', 'visitor'] as $name) {
            $texts[$name] = self::contextText($name, $context[$name] ?? '');
        }

        if (!$mayBeRecognised || !preg_match('/^[0-9a-f]{32}$/D', $texts['visitor'])) {
            $texts['visitor'] = '';
        }

        return array_filter(
            $texts + ['utm' => self::utm($context['utm'] ?? []), 'first_touch' => self::firstTouch($context)]
        );
    }

    private static function contextText(string $name, mixed $value): string
    {
        $text = \is_scalar($value) ? trim((string) $value) : '';
        $text = \in_array($name, self::ADDRESSES, true) ? Address::kept($text) : $text;

        return mb_substr($text, 0, self::LONGEST[$name] ?? self::LONGEST_UTM);
    }

    /** @return  array<string, string> */
    private static function utm(mixed $utm): array
    {
        return array_filter(array_map(
            static fn (mixed $value): string => self::contextText('utm', $value),
            \is_array($utm) ? $utm : []
        ));
    }

    /**
     * @param   array<string, mixed>  $context
     *
     * @return  array<string, mixed>
     */
    private static function firstTouch(array $context): array
    {
        $touch = \is_array($context['first_touch'] ?? null) ? $context['first_touch'] : [];

        return array_filter([
            'page_url' => self::contextText('page_url', $touch['page_url'] ?? ''),
            'referrer' => self::contextText('referrer', $touch['referrer'] ?? ''),
            'utm' => self::utm($touch['utm'] ?? []),
            'at' => self::contextText('at', $touch['at'] ?? ''),
        ]);
    }
}
